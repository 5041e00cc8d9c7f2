# shellcheck shell=bash disable=SC2034
# Part of ../register-application.sh: asking az and Microsoft Graph, and saying in a sentence what went wrong.

# Names that others chose must not steer a terminal.
plain() { LC_ALL=C tr -d '\000-\010\013-\037\177'; }

# Calls az; its answer is in ANSWER, what it complained of in PROBLEM.
ask_az() {
  PROBLEM=''
  if ANSWER="$(az "$@" --only-show-errors 2>"$ERRORS")"; then
    if [[ $ANSWER == None ]]; then ANSWER=''; fi
    return 0
  fi
  PROBLEM="$(tr '\r\n' '  ' <"$ERRORS" | plain)"
  return 1
}

explain() {
  local what="$1" who="$2"
  case "$PROBLEM" in
    *'az login'* | *AADSTS* | *InteractionRequired* | *TokenCreatedWithOutdatedPolicies* | *InvalidAuthenticationToken*)
      fail "Entra wants you to sign in again before it lets you $what: az login --tenant ${TENANT:-<tenant>}" ;;
    *'Insufficient privileges'* | *Authorization_RequestDenied* | *Forbidden* | *AuthorizationFailed*)
      fail "You may not $what. Who may: $who. What was done so far stays; let one of them run the same command${CLIENT_ID:+ with --client-id $CLIENT_ID}." ;;
    *) fail "Could not $what: ${PROBLEM:0:400}" ;;
  esac
}

# read_graph <path> <query> <what it is for>
read_graph() {
  ask_az rest --method GET --url "$GRAPH$1" --query "$2" --output "${OUTPUT:-tsv}" || explain "$3" "${WHO:-$WHO_REGISTERS}"
}

# Whether Entra does not know everywhere yet what was made a moment ago.
is_too_early() {
  [[ $PROBLEM == *ResourceNotFound* || $PROBLEM == *NoBackingApplicationObject* || $PROBLEM == *'does not exist'* ||
    $PROBLEM == *'cannot be found'* || $PROBLEM == *'not found'* ]]
}

# write_graph <method> <path> <body>; its answer is an id, where there is one
write_graph() {
  local attempt body=()
  if [[ -n $3 ]]; then body=(--headers Content-Type=application/json --body "$3"); fi
  for ((attempt = 1; ; attempt++)); do
    if ask_az rest --method "$1" --url "$GRAPH$2" "${body[@]}" --query '[id, appId]' --output tsv; then return 0; fi
    if ((attempt == ATTEMPTS)) || ! is_too_early; then return 1; fi
    sleep "$PAUSE_SECONDS"
  done
}

# change <what was done> <what it is for> <who may> <method> <path> <body> [<what is so without it, where it can be done without>]
change() {
  if [[ -n $IS_DRY_RUN ]]; then
    printf 'would be done: %s\n' "$1"
  elif write_graph "$4" "$5" "$6"; then
    printf 'done: %s\n' "$1"
  elif [[ -n ${7:-} && $PROBLEM =~ Insufficient\ privileges|Authorization_RequestDenied|Forbidden ]]; then
    printf 'Note: you may not %s, so %s. Who may: %s.\n' "$2" "$7" "$3" >&2
    return 0
  else
    explain "$2" "$3"
  fi
  CHANGES=$((CHANGES + 1))
}

# What <query> finds in the registration; nothing where there is none yet.
of_application() {
  ANSWER=''
  if [[ -n $OBJECT_ID ]]; then read_graph "/applications/$OBJECT_ID" "$1" 'read the registration'; fi
}

# A JSON array of what <query> finds.
array_of_application() {
  OUTPUT=json of_application "$1"
  if [[ -z $ANSWER || $ANSWER == null ]]; then ANSWER='[]'; fi
}

# with <array> <element>: the array and one more.
with() { if [[ $1 =~ ^\[[[:space:]]*\]$ ]]; then ANSWER="[$2]"; else ANSWER="[$2,${1#\[}"; fi; }
