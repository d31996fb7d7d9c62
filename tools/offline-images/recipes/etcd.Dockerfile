# quay.io/coreos/etcd: no entrypoint, root, programs in /usr/local/bin.
FROM benchbus-offline/shared
RUN ln -s /usr/bin/etcd /usr/bin/etcdctl /usr/local/bin/ && mkdir -p /var/etcd /var/lib/etcd
EXPOSE 2379 2380
CMD ["/usr/local/bin/etcd"]
