# Builds the service and packs it with nothing else: no shell, no package manager, not root. For the architecture of this machine, or with --platform linux/arm64 for another.
#   docker build -t deployment-service --build-arg COMMIT=$(git rev-parse HEAD) .
#   docker run -p 127.0.0.1:8004:8004 -v deployments:/data deployment-service
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0 AS build
WORKDIR /source
COPY .editorconfig DeploymentService.sln ./
COPY src ./src
ARG TARGETARCH
# What --version says beside the version: git is not here.
ARG COMMIT
# The same command as .ci/publish, whose output is started and tested.
RUN dotnet publish src/DeploymentService --configuration Release --arch $TARGETARCH --self-contained false -p:SourceRevisionId=$COMMIT --output /app \
    && mkdir /data

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
COPY --from=build /app /app
# Owned by the image's user, so that a new volume is too.
COPY --from=build --chown=$APP_UID:$APP_UID /data /data
USER $APP_UID
WORKDIR /data
ENV ASPNETCORE_URLS=http://+:8004 \
    ConnectionStrings__Deployments="Data Source=/data/deployments.db"
VOLUME /data
EXPOSE 8004
HEALTHCHECK --interval=10s --timeout=6s --start-period=5s CMD ["/app/DeploymentService", "healthcheck"]
ENTRYPOINT ["/app/DeploymentService"]
