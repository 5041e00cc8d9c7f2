#!/usr/bin/env bash
# Registers Portcullis in Entra, which Bicep cannot do: see --help and infra/README.md. Needs bash and az, nothing else, and the
# folder register-application/ beside it.
set -euo pipefail

readonly ADMIN_ROLE_ID='5b1f6a0c-6f0f-4c1e-9a43-2d7d0d7a9e11'
readonly SCOPE_ID='c2a7f0b4-3d58-4b7a-8f0e-6b7d5c1e2f34'
readonly AZURE_CLI='04b07795-8ddb-461a-bbee-02f9e1bf7b46'
# Assigned without a role: they may sign in, and no more.
readonly NO_ROLE='00000000-0000-0000-0000-000000000000'
readonly MICROSOFT_GRAPH='00000003-0000-0000-c000-000000000000'
# openid, profile and email of Microsoft Graph: who signs in, and no more.
readonly SIGN_IN_PERMISSIONS='[{"id":"37f7f235-527c-4136-accd-4a02d197296e","type":"Scope"},{"id":"14dad69e-099b-42c9-810b-d002981feec1","type":"Scope"},{"id":"64a6cdd6-aab1-4aaf-94b8-3cc8405e90d0","type":"Scope"}]'
readonly SIGN_IN_SCOPES='openid profile email'
readonly GRAPH='https://graph.microsoft.com/v1.0'
readonly GUID='^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$'
# Entra takes seconds until all of it knows what it has just made.
readonly ATTEMPTS=8
readonly PAUSE_SECONDS="${PORTCULLIS_PAUSE_SECONDS:-3}"

readonly WHO_REGISTERS='an owner of the registration, an Application Administrator or a Cloud Application Administrator of Entra'
readonly WHO_CREATES='whom the tenant lets register applications, an Application Developer, an Application Administrator or a Cloud Application Administrator of Entra'
readonly WHO_ASSIGNS='a Cloud Application Administrator, an Application Administrator or a Privileged Role Administrator of Entra'

PARTS="$(dirname "${BASH_SOURCE[0]}")/register-application"
readonly PARTS
for part in ask-entra find-application ensure; do
  # shellcheck source=/dev/null
  source "$PARTS/$part.sh"
done

help() {
  cat <<'HELP'
Registers Portcullis in Entra, so that administrators sign in to its management API. It writes no secret anywhere.
Call it as often as you like: what is there already stays as it is. Without --client-id it takes a registration of that name only
if nobody else has anything in it: anybody may have made it.

  register-application.sh                                       before the deployment: prints consoleClientId
  register-application.sh --app-url https://… --identity-resource-id /subscriptions/…   after it

  --name <name>                  of the registration (Portcullis); letters, digits, spaces, . _ and -
  --client-id <id>               of a registration that is there, instead of looking for it by its name
  --administrator <who>          gets the app role admin: a user name (UPN), or the object id of a person, group or
                                 application; may be repeated (whoever is signed in to az, if there is no administrator yet)
  --app-url <url>                where the deployment is: its output portcullisUrl
  --identity-resource-id <id>    the deployment's identity, which the registration trusts instead of a secret: its output
                                 identityResourceId (or --identity-principal-id, its output identityPrincipalId)
  --groups all|assigned|none     which groups tokens name, for what was granted to a group: all of a person's (at first;
                                 beyond 200 Entra names none), those assigned to Portcullis (takes Entra ID P1), or none
  --assignment-required          only who is assigned to the application may sign in. Without it everybody in the tenant
                                 may, and sees nothing until something was granted to them
  --tenant <id>                  refuse to run in another tenant than this one
  --remove                       delete the registration (--yes where there is no terminal)
  --dry-run                      print what would be changed, and change nothing

Who may run it: whoever may register applications (by default every member of a tenant) makes the registration; the app role
and the consent take a Cloud Application Administrator or an Application Administrator.
HELP
}

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

parse_arguments() {
  NAME='Portcullis' CLIENT_ID='' APP_URL='' IDENTITY_ID='' PRINCIPAL_ID='' GROUPS_CLAIM=''
  IS_REQUIRED='' WANTED_TENANT='' IS_REMOVAL='' IS_AGREED='' IS_DRY_RUN='' ADMINISTRATORS=() ADMINISTRATOR_IDS=()
  while (($# > 0)); do
    case "$1" in
      --help | -h) help; exit 0 ;;
      --assignment-required) IS_REQUIRED=yes; shift; continue ;;
      --remove) IS_REMOVAL=yes; shift; continue ;;
      --yes | -y) IS_AGREED=yes; shift; continue ;;
      --dry-run) IS_DRY_RUN=yes; shift; continue ;;
      --*) if (($# < 2)) || [[ -z $2 ]]; then fail "$1 wants a value, or is no option: see --help."; fi ;;
      *) fail "What is \"$1\"? See --help." ;;
    esac
    case "$1" in
      --name) NAME="$2" ;;
      --client-id) CLIENT_ID="${2,,}" ;;
      --administrator) ADMINISTRATORS+=("$2") ;;
      --app-url) APP_URL="${2%/}" ;;
      --identity-resource-id) IDENTITY_ID="$2" ;;
      --identity-principal-id) PRINCIPAL_ID="${2,,}" ;;
      --tenant) WANTED_TENANT="${2,,}" ;;
      --groups)
        case "$2" in
          all) GROUPS_CLAIM=SecurityGroup ;;
          assigned) GROUPS_CLAIM=ApplicationGroup ;;
          none) GROUPS_CLAIM=None ;;
          *) fail "--groups is all, assigned or none, not \"$2\"." ;;
        esac ;;
      *) fail "$1 is no option: see --help." ;;
    esac
    shift 2
  done
  [[ $NAME =~ ^[A-Za-z0-9][A-Za-z0-9\ ._-]{0,99}$ ]] || fail '--name takes letters, digits, spaces, . _ and -, at most 100.'
  [[ -z $CLIENT_ID || $CLIENT_ID =~ $GUID ]] || fail '--client-id is the Application (client) ID, like 11111111-2222-3333-4444-555555555555.'
  [[ -z $PRINCIPAL_ID || $PRINCIPAL_ID =~ $GUID ]] || fail '--identity-principal-id is the output identityPrincipalId, a GUID.'
  [[ -z $IDENTITY_ID || $IDENTITY_ID =~ ^/subscriptions/[A-Za-z0-9/._\(\)-]+/userAssignedIdentities/[A-Za-z0-9_-]+$ ]] ||
    fail '--identity-resource-id is the output identityResourceId: /subscriptions/…/userAssignedIdentities/….'
  [[ -z $APP_URL || $APP_URL =~ ^https://[A-Za-z0-9.-]+(:[0-9]+)?$ ]] || fail '--app-url is the output portcullisUrl: https://… and no path.'
}

sign_in() {
  TENANT=''
  command -v az >/dev/null || fail 'az, the Azure CLI, was not found: run this in Azure Cloud Shell, or install the CLI (https://aka.ms/azure-cli).'
  ask_az account show --query tenantId --output tsv || fail 'Nobody is signed in: az login --tenant <tenant> --allow-no-subscriptions'
  TENANT="${ANSWER,,}"
  [[ -z $WANTED_TENANT || $TENANT == "$WANTED_TENANT" ]] ||
    fail "You are signed in to tenant $TENANT, not to $WANTED_TENANT: az login --tenant $WANTED_TENANT --allow-no-subscriptions"
  ask_az cloud show --query name --output tsv || explain 'read which cloud az works with' 'anybody'
  [[ $ANSWER == AzureCloud ]] ||
    fail "az works with the cloud $ANSWER; Portcullis is made for Azure's public cloud alone: az cloud set --name AzureCloud"
  # An application that is signed in has no such page; whoever is meant then has to be said.
  ME=''
  if ask_az rest --method GET --url "$GRAPH/me" --query id --output tsv; then ME="$ANSWER"; fi
}

remove() {
  if [[ -z $OBJECT_ID ]]; then
    printf 'There is no registration named %s in tenant %s; nothing was deleted.\n' "$NAME" "$TENANT"
    return 0
  fi
  if [[ -z $IS_DRY_RUN && -z $IS_AGREED ]]; then
    [[ -t 0 ]] || fail "Nothing was deleted: say --yes to delete the registration $NAME ($CLIENT_ID) of tenant $TENANT."
    read -r -p "Delete the registration $NAME ($CLIENT_ID) of tenant $TENANT? Nobody signs in to that Portcullis any more. (y/N) " ANSWER
    [[ ${ANSWER,,} == y || ${ANSWER,,} == yes ]] || fail 'Nothing was deleted.'
  fi
  change "deleted the registration $CLIENT_ID; Entra keeps it among the deleted ones for 30 days" 'delete the registration' "$WHO_REGISTERS" \
    DELETE "/applications/$OBJECT_ID" ''
}

# say <format> <without any>: a JSON array in ANSWER, in one line.
say() {
  local all
  all="$(tr -d '\n []"' <<<"$ANSWER" | plain)"
  # shellcheck disable=SC2059
  if [[ -n $all ]]; then printf "$1" "${all//,/, }"; else printf '%s\n' "$2"; fi
}

summarize() {
  if ((CHANGES == 0)); then printf 'Nothing had to be changed.\n'; fi
  # A dry run, and nothing is there yet.
  if [[ -z $OBJECT_ID ]]; then return 0; fi
  array_of_application web.redirectUris
  say 'Sign-in in a browser leads back to: %s\n' 'It does not know yet where the deployment is: --app-url says it, after the deployment.'
  OUTPUT=json read_graph "/applications/$OBJECT_ID/federatedIdentityCredentials" 'value[].subject' 'read what the registration trusts'
  say 'Instead of a secret it trusts: %s\n' 'It trusts no identity yet: --identity-resource-id says which, after the deployment.'
  printf 'tenant: %s\nconsoleClientId: %s\n' "$TENANT" "$CLIENT_ID"
  if [[ -n $APP_URL ]]; then
    printf 'next: PORTCULLIS_URL=%s PORTCULLIS_SCOPE=api://%s/.default portcullis access me\n' "$APP_URL" "$CLIENT_ID"
  else
    printf 'next: write it into infra/main.bicepparam, and: az deployment group what-if --resource-group <group> --parameters infra/main.bicepparam\n'
  fi
}

CHANGES=0
parse_arguments "$@"
ERRORS="$(mktemp)"
trap 'rm -f "$ERRORS"' EXIT
IS_NAMED="$CLIENT_ID"
sign_in
find_identity
find_administrators
find_application
if [[ -n $IS_REMOVAL ]]; then
  remove
  exit 0
fi
ensure_application
ensure_what_tokens_say
ensure_browser_sign_in
ensure_service_principal
ensure_administrators
ensure_federated_credential
ensure_consent
summarize
