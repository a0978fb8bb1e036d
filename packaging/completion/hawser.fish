# Completion for fish: hawser itself tells what may come next.
complete -c hawser -f -a '(set -l line (commandline -cp); hawser "[suggest:"(string length -- $line)"]" "$line" 2>/dev/null)'
