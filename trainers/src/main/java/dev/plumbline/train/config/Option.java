package dev.plumbline.train.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a component of a record an option. Its key is the component's name in snake_case, its flag
 * the same in kebab-case. The record's constructor checks its value with {@link Check}.
 *
 * <p>A component may be a boolean, int, long, double, String, Path, an enum, a list of one of
 * these, or an Optional of one. Enum constants are written in lower case.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Option {
  /** What it does, in a sentence without its name; with units. */
  String help();

  /** The default as a user would write it; empty for an empty list or Optional. */
  String defaultValue();

  /** Further names, in snake_case. */
  String[] aliases() default {};
}
