/**
 * One long-lived channel. Each turn looks at the state files first, then at the log's size, then sends what is new: what is
 * final when looked at has its whole log below the size seen after. Variables: dir, offset, poll, seconds, most.
 */
export const FOLLOW_BODY = String.raw`
cd "$dir" 2>/dev/null || refuse remote.no-run
uptime_s; until=$((UPTIME + seconds)); beat=$UPTIME; sent=0 known= seen=
grown=$UPTIME last=$offset
say "beat $UPTIME" || exit 1
while :; do
	files=
	over=1
	for file in started.* exit.* final; do
		[ -e "$file" ] || continue
		files="$files $file"
		case $file in
			started.cutover) [ -e exit.cutover ] || over= ;;
			started.revert) [ -e exit.revert ] || over= ;;
		esac
	done
	[ -L decision ] && files="$files decision"
	[ -e final ] || over=
	if [ "$files" != "$seen" ]; then seen=$files; say "files$files" || exit 1; fi
	size=0
	if [ -f log ]; then
		size=$(wc -c <log); size=$((size + 0))
		if [ -z "$known" ]; then set -- $(ls -i log); known=$1; say "log $known $size" || exit 1; fi
	fi
	if [ "$size" -lt "$offset" ]; then say "short $size"; finish; fi
	while [ "$offset" -lt "$size" ]; do
		part=$((size - offset)); [ "$part" -le 65536 ] || part=65536
		say "data $offset" || exit 1
		tail -c "+$((offset + 1))" log | head -c "$part" | base64 || exit 1
		say . || exit 1
		offset=$((offset + part)); sent=$((sent + part))
		[ "$sent" -lt "$most" ] || { say again; finish; }
	done
	uptime_s
	if [ "$size" -ne "$last" ]; then last=$size; grown=$UPTIME; fi
	# A script that was lost leaves no exit: then ten quiet seconds after the final state are the end.
	if [ -e final ] && [ "$UPTIME" -ge "$((grown + 10))" ] && [ "$size" -eq "$(wc -c <log 2>/dev/null || echo "$size")" ]; then over=1; fi
	if [ -n "$over" ]; then say final; finish; fi
	if [ "$UPTIME" -ge "$until" ]; then say again; finish; fi
	if [ "$UPTIME" -ge "$((beat + 5))" ]; then beat=$UPTIME; say "beat $UPTIME" || exit 1; fi
	sleep "$poll" 2>/dev/null || sleep 1
done
`;
