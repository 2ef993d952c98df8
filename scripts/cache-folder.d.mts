export declare function cacheFolder(options?: {
  root?: string;
  env?: Record<string, string | undefined>;
  platform?: string;
}): string;
