/**
 * Docker and containerd, asked by their own clients. Docker is asked only where its service is active already: opening
 * its socket would start it.
 */
export const RUNTIME_FACTS = `
docker_facts() {
	# Every call of the client opens the socket, "docker --version" too (seen with 20.10).
	[ "$docker_state" = active ] || return
	find_command docker
	[ -n "$found" ] || return
	docker=$found
	run docker.info 15 "$docker" info --format "{{json .ServerVersion}}$nl{{json .DockerRootDir}}$nl{{json .Driver}}$nl{{json .CgroupDriver}}$nl{{json .LiveRestoreEnabled}}$nl{{json .DriverStatus}}$nl{{json .DefaultRuntime}}"
	run docker.names 15 "$docker" image ls --format "{{.Repository}}:{{.Tag}}"
	capture 15 "$docker" ps -a --no-trunc --format "{{.ID}}$tab{{.Names}}$tab{{.Image}}$tab{{.Status}}$tab{{.Label \\"io.kubernetes.pod.name\\"}}$tab{{.Label \\"io.kubernetes.container.name\\"}}$tab{{.Label \\"io.kubernetes.docker.type\\"}}"
	record docker.ps "$captured"
	record docker.ps.rc "$captured_status"
	[ "$captured_status" = 0 ] || return
	images=
	for line in $captured; do
		image=\${line#*"$tab"*"$tab"}
		[ "$image" != "$line" ] || continue
		image=\${image%%"$tab"*}
		case "$nl$images" in
			*"$nl$image$nl"*) ;;
			*) images="$images$image$nl" ;;
		esac
	done
	[ -z "$images" ] || run docker.images 30 "$docker" image inspect --format "{{.Id}}$tab{{.Size}}$tab{{json .RepoTags}}$tab{{json .RepoDigests}}" $images
}

containerd_facts() {
	if [ -n "$containerd_binary" ]; then
		run containerd.version 10 "$containerd_binary" --version
		run containerd.dump 10 "$containerd_binary" --config "$containerd_config" config dump
	fi
	find_command ctr
	[ -n "$found" ] && [ "$containerd_state" = active ] && [ -S "$containerd_address" ] || return
	ctr=$found
	run containerd.running 10 "$ctr" -a "$containerd_address" version
	run containerd.plugins 10 "$ctr" -a "$containerd_address" plugins ls
	run containerd.images 10 "$ctr" -a "$containerd_address" -n k8s.io images ls -q
	run containerd.pinned 10 "$ctr" -a "$containerd_address" -n k8s.io images ls -q 'labels."io.cri-containerd.pinned"==pinned'
	run containerd.containers 10 "$ctr" -a "$containerd_address" -n k8s.io containers ls -q
}
`;
