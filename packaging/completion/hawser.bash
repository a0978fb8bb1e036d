# Completion for bash: hawser itself tells what may come next.
_hawser() {
  mapfile -t COMPREPLY < <(hawser "[suggest:$COMP_POINT]" "$COMP_LINE" 2>/dev/null)
}
complete -o default -F _hawser hawser
