/** A service hook larger than this, in bytes, is dropped: Azure DevOps never sends one. */
export const LARGEST_BODY = 2 * 1024 * 1024;
