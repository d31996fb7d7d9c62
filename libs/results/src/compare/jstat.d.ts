declare module 'jstat' {
  const jstat: {
    /** Student's t-distribution. */
    readonly studentt: {
      /** The quantile of probability `p` with `freedom` degrees of freedom, which need not be whole. */
      inv(p: number, freedom: number): number;
    };
  };
  export default jstat;
}
