package dev.plumbline.jobs;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The arrows of ARCHITECTURE.md: who may know whom. */
@AnalyzeClasses(
    packages = "dev.plumbline",
    importOptions = {
      ImportOption.DoNotIncludeTests.class,
      ArchitectureTest.DoNotIncludeTestJars.class
    })
class ArchitectureTest {

  /** Tests of a module that others use come in a jar of their own. */
  static final class DoNotIncludeTestJars implements ImportOption {
    @Override
    public boolean includes(Location location) {
      return !location.contains("-tests.jar");
    }
  }

  @ArchTest
  static final ArchRule modules =
      layeredArchitecture()
          .consideringOnlyDependenciesInLayers()
          .withOptionalLayers(true)
          .layer("language-models")
          .definedBy("dev.plumbline.lm..")
          .layer("reward-models")
          .definedBy("dev.plumbline.reward..")
          .layer("data-prep")
          .definedBy("dev.plumbline.data..")
          .layer("trainers")
          .definedBy("dev.plumbline.train..")
          .layer("eval")
          .definedBy("dev.plumbline.eval..")
          .layer("jobs")
          .definedBy("dev.plumbline.jobs..")
          .whereLayer("jobs")
          .mayNotBeAccessedByAnyLayer()
          .whereLayer("eval")
          .mayOnlyBeAccessedByLayers("jobs")
          .whereLayer("trainers")
          .mayOnlyBeAccessedByLayers("eval", "jobs")
          .whereLayer("data-prep")
          .mayOnlyBeAccessedByLayers("trainers", "eval", "jobs")
          .whereLayer("reward-models")
          .mayOnlyBeAccessedByLayers("data-prep", "trainers", "eval", "jobs");

  @ArchTest
  static final ArchRule noCyclesBetweenRooms =
      slices().matching("dev.plumbline.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule onlyTheEngineRoomTouchesTheEngine =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.plumbline.lm.torch..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.pytorch..");

  @ArchTest
  static final ArchRule onlyLanguageModelsTouchDjl =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.plumbline.lm..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl..");

  @ArchTest
  static final ArchRule objectivesArePure =
      classes()
          .that()
          .resideInAPackage("dev.plumbline.train.objective..")
          .should()
          .onlyDependOnClassesThat()
          .resideInAnyPackage("java..", "dev.plumbline.train.objective..");

  @ArchTest
  static final ArchRule onlyStagesAndJobsTouchSpark =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.plumbline.data.stages..",
              "dev.plumbline.jobs.spark..",
              "dev.plumbline.train.mezo.spark..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.apache.spark..");

  @ArchTest
  static final ArchRule methodsDoNotKnowTheirSiblings =
      slices()
          .matching("dev.plumbline.train.(*)..")
          .namingSlices("method $1")
          .should()
          .notDependOnEachOther()
          .ignoreDependency(
              resideInAnyPackage("dev.plumbline.train.."),
              resideInAnyPackage(
                  "dev.plumbline.train.objective..",
                  "dev.plumbline.train.loop..",
                  "dev.plumbline.train.config..",
                  "dev.plumbline.train.health..",
                  "dev.plumbline.train.track..",
                  "dev.plumbline.train.run..",
                  "dev.plumbline.train.verify..",
                  "dev.plumbline.train.rollout.."));

  @ArchTest
  static final ArchRule onlyJobsParseCommandLines =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.plumbline.jobs..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule onlyJobsExit =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.plumbline.jobs..")
          .should()
          .callMethod(System.class, "exit", int.class);
}
