/** Kinds of nodes that a case may run on. */
export const SHAPES = ["bookworm", "el7", "cri-dockerd", "control-plane"] as const;
export type Shape = (typeof SHAPES)[number];
