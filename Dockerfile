# syntax=docker/dockerfile:1
# The operator's image: docker build -t meshfed/meshfed:0.1.0 .
# Base images are arguments, so that you can use a mirror or a digest:
#   docker build --build-arg RUNTIME=<an image with a Java 17 or newer runtime, best without a shell> .
# The operator needs no shell and writes only to /tmp.
ARG BUILDER=maven:3.9-eclipse-temurin-17
ARG RUNTIME=eclipse-temurin:25-jre

FROM ${BUILDER} AS build
WORKDIR /src
COPY pom.xml ./
COPY src/main ./src/main
# The local repository stays in BuildKit's cache between builds and never enters a layer.
RUN --mount=type=cache,target=/root/.m2 mvn -B -ntp package -Dmaven.test.skip=true -Dspotless.check.skip=true

FROM ${RUNTIME}
LABEL org.opencontainers.image.title="meshfed" \
      org.opencontainers.image.description="A Kubernetes operator that federates Istio meshes" \
      org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
# Layers that change least are first. Root owns the files, so the operator cannot change itself.
COPY --from=build /src/target/quarkus-app/lib/ ./lib/
COPY --from=build /src/target/quarkus-app/quarkus/ ./quarkus/
COPY --from=build /src/target/quarkus-app/app/ ./app/
COPY --from=build /src/target/quarkus-app/quarkus-run.jar ./
COPY LICENSE ./
USER 65532:65532
EXPOSE 8080
# java reads its options from JDK_JAVA_OPTIONS.
ENTRYPOINT ["java", "-Djava.util.logging.manager=org.jboss.logmanager.LogManager", "-jar", "/app/quarkus-run.jar"]
