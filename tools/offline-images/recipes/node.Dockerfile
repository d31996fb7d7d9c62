# node:24-trixie-slim, of the npm package `node` and the npm of this machine; user node (1000).
FROM benchbus-offline/shared
COPY node /usr/local/bin/node
COPY npm /usr/local/lib/node_modules/npm
RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm && groupadd --gid 1000 node && \
    useradd --uid 1000 --gid node --shell /bin/bash --create-home node
# The certificates this machine trusts: npm reaches the registry through what it goes through.
ENV NODE_VERSION=24 NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt
CMD ["node"]
