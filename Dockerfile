# Compiles with the development dependencies, then leaves them behind.
FROM node:24.21-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json nest-cli.json ./
COPY bin bin
COPY forecasts forecasts
COPY migrations migrations
COPY src src
# The embedded PostgreSQL is optional, and 60 MB: here DATABASE_URL names a server.
RUN npm run build && npm prune --omit=dev --omit=optional --no-audit --no-fund

FROM node:24.21-slim
# Everything it is reached by comes from outside the container, so HEADROOM_ADMIN_KEY is needed.
ENV NODE_ENV=production HOST=0.0.0.0 PORT=4000
WORKDIR /app
COPY package.json LICENSE ./
COPY bin bin
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/dist dist
USER node
EXPOSE 4000
# It answers once the forecasts are up to date, which the first start may take a while for.
HEALTHCHECK --interval=10s --timeout=5s --start-period=2m --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.PORT}/health/ready`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# Node itself is process 1: a signal to the container reaches it, and it stops within seconds.
# Where there is much memory, V8 would keep 130 MB of it for what is young.
CMD ["node", "--max-semi-space-size=16", "bin/headroom.mjs", "start"]
