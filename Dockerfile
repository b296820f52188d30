# Grace in a container. Not run by us: no engine was available where it was written (see docs/operating.md).
FROM node:24-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends bubblewrap ca-certificates git util-linux \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --uid 10001 --create-home --home-dir /home/grace grace \
 && install -d -o grace -g grace -m 0755 /var/lib/grace
WORKDIR /opt/grace
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --include=optional --no-audit --no-fund && npm cache clean --force
COPY bin bin
COPY src src
COPY adapters adapters
COPY jobs jobs
COPY db db
COPY demo demo
USER grace
ENV GRACE_STATE_DIR=/var/lib/grace GRACE_HOST=0.0.0.0 GRACE_PORT=8080
VOLUME /var/lib/grace
EXPOSE 8080
# The image's own Node 24 runs it: bin/grace wants the one that npm installs for development.
ENTRYPOINT ["node", "--disable-warning=ExperimentalWarning", "/opt/grace/src/cli.ts"]
CMD ["up"]
