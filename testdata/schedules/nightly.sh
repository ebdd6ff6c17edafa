#!/bin/sh
# Runs a command of sluice as cron cannot: again where that may help, five times in all.
#   nightly.sh sluice rescreen …
tries=5
while :; do
	"$@"
	code=$?
	case $code in
	0 | 99) exit 0 ;;        # done, or nothing had changed
	3 | 5 | 64 | 65 | 78) exit $code ;; # a person must look
	esac
	tries=$((tries - 1))
	[ $tries -gt 0 ] || exit $code
	sleep "${SLUICE_RETRY_SECONDS:-900}"
done
