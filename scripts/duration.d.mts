export declare function duration(seconds: number): string;
