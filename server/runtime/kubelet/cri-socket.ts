/** kubeadm's record of the runtime on the node object (kubernetes.io, "Changing the container runtime"). */
export const CRI_SOCKET = "kubeadm.alpha.kubernetes.io/cri-socket";
