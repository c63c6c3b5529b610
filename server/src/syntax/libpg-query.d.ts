declare module 'libpg-query/wasm/libpg-query.js' {
  const createModule: (options?: object) => Promise<unknown>;
  export default createModule;
}
declare module 'libpg-query-14/wasm/libpg-query.js' {
  export { default } from 'libpg-query/wasm/libpg-query.js';
}
declare module 'libpg-query-15/wasm/libpg-query.js' {
  export { default } from 'libpg-query/wasm/libpg-query.js';
}
declare module 'libpg-query-16/wasm/libpg-query.js' {
  export { default } from 'libpg-query/wasm/libpg-query.js';
}
declare module 'libpg-query-17/wasm/libpg-query.js' {
  export { default } from 'libpg-query/wasm/libpg-query.js';
}
