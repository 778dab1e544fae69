package dev.plumbline.lm.checkpoint;

import com.fasterxml.jackson.databind.*;
import java.nio.*;
import java.nio.channels.*;
import java.nio.file.*;
import java.util.*;

public final class ModelFolder implements AutoCloseable {
  final Path dir;
  final JsonNode header;
  final MappedByteBuffer map;
  final int base;
  final DecoderConfig c;

  ModelFolder(Path dir) throws Exception {
    this.dir = dir;
    ObjectMapper m = new ObjectMapper();
    JsonNode j = m.readTree(dir.resolve("config.json").toFile());
    try (FileChannel f = FileChannel.open(dir.resolve("model.safetensors"))) {
      map = f.map(FileChannel.MapMode.READ_ONLY, 0, f.size());
    }
    map.order(ByteOrder.LITTLE_ENDIAN);
    int n = (int) map.getLong(0);
    byte[] h = new byte[n];
    map.position(8);
    map.get(h);
    header = m.readTree(h);
    base = 8 + n;
    int heads = j.get("num_attention_heads").asInt(), hid = j.get("hidden_size").asInt();
    double theta =
        j.has("rope_theta")
            ? j.get("rope_theta").asDouble()
            : j.at("/rope_parameters/rope_theta").asDouble();
    c =
        new DecoderConfig(
            "llama",
            j.get("vocab_size").asInt(),
            hid,
            j.get("num_hidden_layers").asInt(),
            heads,
            j.get("num_key_value_heads").asInt(),
            j.has("head_dim") && !j.get("head_dim").isNull()
                ? j.get("head_dim").asInt()
                : hid / heads,
            j.get("intermediate_size").asInt(),
            "silu",
            j.get("rms_norm_eps").asDouble(),
            j.get("max_position_embeddings").asInt(),
            j.path("attention_bias").asBoolean(),
            j.path("mlp_bias").asBoolean(),
            j.get("tie_word_embeddings").asBoolean(),
            new RopeScaling.Plain(theta));
  }

  public static ModelFolder open(Path p) {
    try {
      return new ModelFolder(p);
    } catch (Exception e) {
      throw new RuntimeException(e);
    }
  }

  public DecoderConfig config() {
    return c;
  }

  public List<ParameterSpec> parameters() {
    List<ParameterSpec> l = new ArrayList<>();
    header
        .fields()
        .forEachRemaining(
            e -> {
              if (e.getKey().equals("__metadata__")
                  || (c.tiedEmbeddings() && e.getKey().equals("lm_head.weight"))) return;
              long[] s = new long[e.getValue().get("shape").size()];
              for (int i = 0; i < s.length; i++) s[i] = e.getValue().get("shape").get(i).asLong();
              l.add(
                  new ParameterSpec(
                      e.getKey(),
                      s,
                      e.getKey().contains("norm")
                          ? ParameterSpec.Role.NORM
                          : e.getKey().contains("bias")
                              ? ParameterSpec.Role.BIAS
                              : ParameterSpec.Role.MATRIX));
            });
    return l;
  }

  public ByteBuffer float32(String name) {
    JsonNode o = header.get(name).get("data_offsets");
    ByteBuffer b = map.duplicate().order(ByteOrder.LITTLE_ENDIAN);
    b.position(base + o.get(0).asInt());
    b.limit(base + o.get(1).asInt());
    return b.slice().order(ByteOrder.LITTLE_ENDIAN);
  }

  public void close() {}
}
