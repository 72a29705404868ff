# BASE must carry Node 20.19 to 24; both stages use the same one, since native addons are built for its Node and C library.
ARG BASE=node:24-bookworm-slim

FROM ${BASE} AS build
# A C++ compiler builds better-sqlite3 where no ready-made one can be downloaded. What the base has already is left as it is.
RUN command -v g++ >/dev/null && command -v make >/dev/null && command -v python3 >/dev/null || \
    { apt-get update && apt-get install -y --no-install-recommends g++ make python3 && rm -rf /var/lib/apt/lists/*; }
WORKDIR /src
# The dependencies first: they change less often than the rest.
COPY package.json package-lock.json .npmrc* prisma.config.ts ./
COPY prisma prisma
COPY scripts scripts
RUN node scripts/bootstrap.mjs
COPY . .
ENV NEXT_TELEMETRY_DISABLED=1
RUN node scripts/bootstrap.mjs && npx next build && cp -r .next/static .next/standalone/.next/static

FROM ${BASE}
ENV NODE_ENV=production GANTRY_DATA_DIR=/data GANTRY_HOST=0.0.0.0 GANTRY_PORT=3000
# Numbers and not names: Kubernetes can tell from them that it is not root.
RUN mkdir -p /data && chown 10001:10001 /data && chmod 700 /data
WORKDIR /app
COPY --from=build /src/.next/standalone ./
COPY --from=build /src/scripts/start/serve.mjs ./
COPY LICENSE ./
USER 10001:10001
VOLUME /data
EXPOSE 3000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
    CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.GANTRY_PORT || 3000}/api/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
STOPSIGNAL SIGTERM
CMD ["node", "serve.mjs", "."]
