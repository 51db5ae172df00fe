// As much of Node.js as the calls need.
declare const process: { argv: string[]; exit(status: number): never };
declare function require(name: string): any;
