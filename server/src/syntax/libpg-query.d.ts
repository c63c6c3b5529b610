declare module 'libpg-query/wasm/libpg-query.js' {
  const createModule: (options?: object) => Promise<unknown>;
  export default createModule;
}
