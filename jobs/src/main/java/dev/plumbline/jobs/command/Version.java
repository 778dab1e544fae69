package dev.plumbline.jobs.command;

import picocli.CommandLine.IVersionProvider;

/** The version of the distribution, from its jar's manifest. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    String version = Version.class.getPackage().getImplementationVersion();
    return new String[] {"plumbline " + (version == null ? "(not packaged)" : version)};
  }
}
