/**
 * Files are exchanged by one rename each: the new and the old bytes lie beside the target beforehand, on the same file
 * system, with its mode, owner and label (safety rule 10). Every function is called once a file, with the same words:
 *   N PATH BEFORE AFTER MODE UID GID      BEFORE and AFTER are SHA-256 or "absent"
 */
export const FILES = String.raw`
beside() { BESIDE=$(dirname "$1")/.$(basename "$1").gantry-$RUN_ID; }
state_of() { # PATH: SHA-256, absent or other
	if [ -f "$1" ]; then sha_of "$1" && STATE_OF=$SHA || STATE_OF=unreadable
	elif [ -e "$1" ] || [ -L "$1" ]; then STATE_OF=other
	else STATE_OF=absent; fi
}
relabel() { if command -v restorecon >/dev/null 2>&1; then bounded 20 restorecon "$1" 2>/dev/null; fi; return 0; }

same_as() { # PATH EXPECTED
	state_of "$1"
	[ "$STATE_OF" = "$2" ] && return 0
	cause "file-changed path=$1 expected=$2 found=$STATE_OF"
	return 1
}

# The folders we make are recorded beforehand, so that the way back takes them away again.
make_folder() {
	[ -d "$1" ] && return 0
	make_folder "$(dirname "$1")" || return 1
	printf '%s\n' "$1" >>"$RUN/snapshot/folders" && mkdir "$1" 2>/dev/null || { cause "cannot-write path=$1"; return 1; }
	relabel "$1"
}

# A file of ours outside the run folder is on record before it exists.
ours() { printf '%s\n' "$1" >>"$RUN/snapshot/beside"; }

snapshot_file() {
	same_as "$2" "$3" || return 1
	# With a file that goes, so do the folders that an earlier run made for it, once they are empty: the outer ones first on record.
	if [ "$4" = absent ]; then
		_folders= _folder=$(dirname "$2")
		while grep -qsxF -e "$_folder" "$BASE"/runs/*/snapshot/folders; do
			_folders="$_folder
$_folders"
			_folder=$(dirname "$_folder")
		done
		[ -z "$_folders" ] || printf '%s' "$_folders" >>"$RUN/snapshot/folders"
	fi
	if [ "$3" = absent ]; then
		printf 'file\t%s\t%s\tabsent\t\t\t\t\t\n' "$1" "$2" >>"$RUN/snapshot/manifest.part" || { cause "cannot-write path=$RUN/snapshot/manifest"; return 1; }
		return 0
	fi
	cp -a "$2" "$RUN/snapshot/$1" || { cause "cannot-write path=$RUN/snapshot/$1"; return 1; }
	same_as "$RUN/snapshot/$1" "$3" || return 1
	beside "$2"
	ours "$BESIDE.old" && cp -a "$2" "$BESIDE.old" && same_as "$BESIDE.old" "$3" || { cause "cannot-write path=$BESIDE.old"; return 1; }
	_label=$(stat -c %C "$2" 2>/dev/null | sed -n 1p)
	printf 'file\t%s\t%s\tfile\t%s\t%s\t%s\n' "$1" "$2" "$3" "$(stat -c '%a	%u	%g' "$2")" "$_label" >>"$RUN/snapshot/manifest.part" || { cause "cannot-write path=$RUN/snapshot/manifest"; return 1; }
}

# The new bytes, from staged/N to beside the target.
stage_file() {
	[ "$4" = absent ] && return 0
	same_as "$RUN/staged/$1" "$4" || return 1
	make_folder "$(dirname "$2")" || return 1
	beside "$2"
	ours "$BESIDE.new" || { cause "cannot-write path=$RUN/snapshot/beside"; return 1; }
	if [ -f "$2" ]; then cp -a "$2" "$BESIDE.new"; fi
	cat "$RUN/staged/$1" >"$BESIDE.new" && chmod "$5" "$BESIDE.new" && chown "$6:$7" "$BESIDE.new" || { cause "cannot-write path=$BESIDE.new"; return 1; }
	relabel "$BESIDE.new"
	same_as "$BESIDE.new" "$4"
}

put_file() {
	state_of "$2"
	[ "$STATE_OF" = "$4" ] && return 0
	same_as "$2" "$3" || return 1
	beside "$2"
	if [ "$4" = absent ]; then rm -f "$2"
	else same_as "$BESIDE.new" "$4" && mv -f "$BESIDE.new" "$2" || { cause "cannot-write path=$2"; return 1; }; fi
	relabel "$2"
	same_as "$2" "$4"
}

# Back to the old bytes, from beside the target or else from the snapshot, whatever stands there now.
restore_file() {
	state_of "$2"
	[ "$STATE_OF" = "$3" ] && return 0
	if [ "$3" = absent ]; then
		rm -f "$2" || { cause "cannot-write path=$2"; return 1; }
		return 0
	fi
	beside "$2"
	state_of "$BESIDE.old"
	if [ "$STATE_OF" != "$3" ]; then
		same_as "$RUN/snapshot/$1" "$3" || return 1
		cp -a "$RUN/snapshot/$1" "$BESIDE.old" || { cause "cannot-write path=$BESIDE.old"; return 1; }
	fi
	mv -f "$BESIDE.old" "$2" || { cause "cannot-write path=$2"; return 1; }
	relabel "$2"
	same_as "$2" "$3"
}

# What prepare itself put there, taken back. A file that others changed since is theirs, and stays.
take_back_file() {
	state_of "$2"
	case $STATE_OF in
		"$3") return 0 ;;
		"$4") restore_file "$@" ;;
		*) note "file-changed path=$2" ;;
	esac
}

# Lies beside its target, so that putting it in place is one rename.
is_staged() { [ "$4" = absent ] && return 0; state_of "$2"; [ "$STATE_OF" = "$4" ] && return 0; beside "$2"; same_as "$BESIDE.new" "$4"; }
compare_before() { same_as "$2" "$3"; }
compare_after() { same_as "$2" "$4"; }
is_before() { state_of "$2"; [ "$STATE_OF" = "$3" ]; }
is_known() {
	state_of "$2"
	case $STATE_OF in "$3"|"$4") return 0 ;; esac
	cause "file-changed path=$2 expected=$4 found=$STATE_OF"
	return 1
}

remove_made_folders() {
	[ -f "$RUN/snapshot/folders" ] || return 0
	awk '{ line[NR] = $0 } END { for (i = NR; i > 0; i--) print line[i] }' "$RUN/snapshot/folders" | while IFS= read -r _folder; do rmdir "$_folder" 2>/dev/null; done
	return 0
}
remove_beside() {
	[ -f "$RUN/snapshot/beside" ] || return 0
	# Only names of ours, whatever the list says.
	while IFS= read -r _path; do case $_path in /*.gantry-"$RUN_ID".*) rm -f "$_path" ;; esac; done <"$RUN/snapshot/beside"
	return 0
}
`;
