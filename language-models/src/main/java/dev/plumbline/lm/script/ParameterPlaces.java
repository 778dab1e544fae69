package dev.plumbline.lm.script;

import dev.plumbline.lm.checkpoint.ParameterSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where a decoder's parameters are in the list {@code p} that its script's methods take. */
final class ParameterPlaces {
  private final Map<String, Integer> places = new HashMap<>();

  ParameterPlaces(List<ParameterSpec> parameters) {
    for (int i = 0; i < parameters.size(); i++) {
      places.put(parameters.get(i).name(), i);
    }
  }

  boolean has(String name) {
    return places.containsKey(name);
  }

  /** The script's expression for a parameter: {@code p[3]}. */
  String expression(String name) {
    Integer place = places.get(name);
    if (place == null) {
      throw new IllegalArgumentException("the architecture's description has no parameter " + name);
    }
    return "p[" + place + "]";
  }

  /** A layer's parameter's full name. */
  static String ofLayer(int layer, String name) {
    return "model.layers." + layer + "." + name;
  }
}
