#!/usr/bin/env bash
# Registers Portcullis in Entra, which Bicep cannot do: see --help and infra/README.md. Needs bash and az, nothing else.
set -euo pipefail

readonly ADMIN_ROLE_ID='5b1f6a0c-6f0f-4c1e-9a43-2d7d0d7a9e11'
readonly SCOPE_ID='c2a7f0b4-3d58-4b7a-8f0e-6b7d5c1e2f34'
readonly AZURE_CLI='04b07795-8ddb-461a-bbee-02f9e1bf7b46'
readonly MICROSOFT_GRAPH='00000003-0000-0000-c000-000000000000'
# openid, profile and email of Microsoft Graph: who signs in to the console, and no more.
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

help() {
  cat <<'HELP'
Registers Portcullis in Entra, so that people sign in to its console and management API. It writes no secret anywhere.
Call it as often as you like: what is there already stays as it is.

  register-application.sh                                       before the deployment: prints consoleClientId
  register-application.sh --app-url https://… --identity-resource-id /subscriptions/…   after it

  --name <name>                  of the registration (Portcullis); letters, digits, spaces, . _ and -
  --client-id <id>               of a registration that is there, instead of looking for it by its name
  --administrator <who>          gets the app role admin: a user name (UPN), or the object id of a person, group or
                                 application; may be repeated (whoever is signed in to az, if there is no administrator yet)
  --app-url <url>                where the deployment is: its output portcullisUrl
  --identity-resource-id <id>    the deployment's identity, which the registration trusts instead of a secret: its output
                                 identityResourceId (or --identity-principal-id, its output identityPrincipalId)
  --groups all|assigned|none     which groups tokens name, for what was granted to a group: all of a person's (the default;
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
    *'Insufficient privileges'* | *Authorization_RequestDenied* | *Forbidden* | *'does not have authorization'*)
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
  elif [[ -n ${7:-} ]]; then
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

parse_arguments() {
  NAME='Portcullis' CLIENT_ID='' APP_URL='' IDENTITY_ID='' PRINCIPAL_ID='' GROUPS_CLAIM='SecurityGroup'
  IS_REQUIRED='' WANTED_TENANT='' IS_REMOVAL='' IS_AGREED='' IS_DRY_RUN='' ADMINISTRATORS=()
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

find_application() {
  OBJECT_ID=''
  if [[ -n $CLIENT_ID ]]; then
    if ask_az rest --method GET --url "$GRAPH/applications(appId='$CLIENT_ID')" --query id --output tsv; then
      OBJECT_ID="$ANSWER"
    elif is_too_early; then
      fail "Tenant $TENANT has no registration with the client id $CLIENT_ID; is it another tenant's?"
    else
      explain 'read the registration' "$WHO_REGISTERS"
    fi
  else
    WHO='whom the tenant lets read its directory (a guest may often not)' \
      read_graph "/applications?\$filter=displayName%20eq%20'${NAME// /%20}'&\$select=id,appId" 'value[].[id, appId]' 'look for the registration'
    [[ $ANSWER != *$'\n'* ]] ||
      fail "There are several registrations named $NAME. Say which one with --client-id:"$'\n'"$(cut -f2 <<<"$ANSWER")"
    OBJECT_ID="${ANSWER%%$'\t'*}" CLIENT_ID="${ANSWER##*$'\t'}"
  fi
  if [[ -n $OBJECT_ID ]]; then look_for_strangers; fi
}

# Anybody may register an application under any name, and its owner could let themselves in.
look_for_strangers() {
  local strangers=''
  read_graph "/applications/$OBJECT_ID/owners?\$select=id,displayName,userPrincipalName" \
    "value[?id!='$ME'].[displayName, userPrincipalName, id]" 'read who owns the registration'
  if [[ -n $ANSWER ]]; then strangers+="It is owned by: $ANSWER"$'\n'; fi
  read_graph "/servicePrincipals?\$filter=appId%20eq%20'$CLIENT_ID'&\$select=id" 'value[0].id' 'read the enterprise application'
  if [[ -n $ANSWER ]]; then
    read_graph "/servicePrincipals/$ANSWER/owners?\$select=id,displayName,userPrincipalName" \
      "value[?id!='$ME'].[displayName, userPrincipalName, id]" 'read who owns the enterprise application'
    if [[ -n $ANSWER ]]; then strangers+="Its enterprise application is owned by: $ANSWER"$'\n'; fi
  fi
  of_application 'passwordCredentials[].[keyId, displayName]'
  if [[ -n $ANSWER ]]; then strangers+="It has a client secret, which Portcullis never needs: $ANSWER"$'\n'; fi
  of_application 'keyCredentials[].[keyId, displayName]'
  if [[ -n $ANSWER ]]; then strangers+="It has a certificate, which Portcullis never needs: $ANSWER"$'\n'; fi
  if [[ -z $strangers ]]; then return 0; fi
  strangers="$(plain <<<"$strangers")"
  if [[ -n $IS_NAMED ]]; then
    printf 'Note: of the registration %s:\n%s\nWhoever that is can let themselves in to Portcullis.\n' "$CLIENT_ID" "$strangers" >&2
  else
    fail "A registration named $NAME ($CLIENT_ID) is there already."$'\n'"$strangers"$'\n'"Whoever that is could let themselves in. If it is Portcullis' all the same, say --client-id $CLIENT_ID; otherwise take another --name."
  fi
}

ensure_application() {
  if [[ -n $OBJECT_ID ]]; then return 0; fi
  change "registered $NAME" 'register an application' "$WHO_CREATES" POST /applications \
    "{\"displayName\":\"$NAME\",\"signInAudience\":\"AzureADMyOrg\"}"
  if [[ -n $IS_DRY_RUN ]]; then
    CLIENT_ID='<client id>'
  else
    # The row is printed as two lines or as one with a tab, as the version of az goes.
    OBJECT_ID="${ANSWER%%[$'\t\n']*}" CLIENT_ID="${ANSWER##*[$'\t\n']}"
    [[ $OBJECT_ID =~ $GUID && $CLIENT_ID =~ $GUID ]] || fail "Entra registered $NAME, but its answer has no ids; run the same command again."
  fi
}

patch_application() {
  change "$1" 'change the registration' "$WHO_REGISTERS" PATCH "/applications/$OBJECT_ID" "$2"
}

# What the token must carry is read by src/azure/entra-tokens.ts and src/console/entra-principal.ts.
ensure_what_tokens_say() {
  local scope_id roles scopes trusted
  of_application signInAudience
  if [[ -n $OBJECT_ID && $ANSWER != AzureADMyOrg ]]; then
    patch_application 'only accounts of this tenant sign in' '{"signInAudience":"AzureADMyOrg"}'
  fi

  of_application "appRoles[?value=='admin' && isEnabled && contains(allowedMemberTypes, 'User') && contains(allowedMemberTypes, 'Application')].id | [0]"
  ROLE_ID="$ANSWER"
  if [[ -z $ROLE_ID ]]; then
    of_application "appRoles[?value=='admin'].id | [0]"
    ROLE_ID="${ANSWER:-$ADMIN_ROLE_ID}"
    array_of_application "appRoles[?value!='admin']"
    with "$ANSWER" "{\"id\":\"$ROLE_ID\",\"value\":\"admin\",\"displayName\":\"Portcullis administrator\",\"description\":\"Administers the whole deployment of Portcullis.\",\"allowedMemberTypes\":[\"User\",\"Application\"],\"isEnabled\":true}"
    roles="$ANSWER"
    patch_application 'the app role admin' "{\"appRoles\":$roles}"
  fi

  of_application "contains(identifierUris, 'api://$CLIENT_ID')"
  if [[ ${ANSWER,,} != true ]]; then
    array_of_application identifierUris
    with "$ANSWER" "\"api://$CLIENT_ID\""
    patch_application "the identifier URI api://$CLIENT_ID" "{\"identifierUris\":$ANSWER}"
  fi

  array_of_application api.preAuthorizedApplications
  trusted="$ANSWER"
  of_application "api.oauth2PermissionScopes[?value=='user_impersonation' && isEnabled].id | [0]"
  scope_id="$ANSWER"
  of_application api.requestedAccessTokenVersion
  if [[ -z $scope_id || $ANSWER != 2 ]]; then
    of_application "api.oauth2PermissionScopes[?value=='user_impersonation'].id | [0]"
    scope_id="${ANSWER:-$SCOPE_ID}"
    array_of_application "api.oauth2PermissionScopes[?value!='user_impersonation']"
    with "$ANSWER" "{\"id\":\"$scope_id\",\"value\":\"user_impersonation\",\"type\":\"User\",\"isEnabled\":true,\"adminConsentDisplayName\":\"Use Portcullis\",\"adminConsentDescription\":\"Use Portcullis in the name of whoever is signed in.\",\"userConsentDisplayName\":\"Use Portcullis\",\"userConsentDescription\":\"Use Portcullis in your name.\"}"
    scopes="$ANSWER"
    patch_application 'tokens of version 2, and the permission user_impersonation' \
      "{\"api\":{\"requestedAccessTokenVersion\":2,\"oauth2PermissionScopes\":$scopes,\"preAuthorizedApplications\":$trusted}}"
  fi

  of_application "api.preAuthorizedApplications[?appId=='$AZURE_CLI' && contains(delegatedPermissionIds, '$scope_id')].appId | [0]"
  if [[ -z $ANSWER ]]; then
    array_of_application "api.preAuthorizedApplications[?appId!='$AZURE_CLI']"
    with "$ANSWER" "{\"appId\":\"$AZURE_CLI\",\"delegatedPermissionIds\":[\"$scope_id\"]}"
    trusted="$ANSWER"
    array_of_application api.oauth2PermissionScopes
    # Only a permission that is there already can be given to an application: so apart from what declares it.
    patch_application 'the portcullis command may use the sign-in of az login' \
      "{\"api\":{\"requestedAccessTokenVersion\":2,\"oauth2PermissionScopes\":$ANSWER,\"preAuthorizedApplications\":$trusted}}"
  fi

  of_application groupMembershipClaims
  if [[ ${ANSWER:-None} != "$GROUPS_CLAIM" ]]; then
    patch_application "tokens name groups: $GROUPS_CLAIM" "{\"groupMembershipClaims\":\"$GROUPS_CLAIM\"}"
  fi
}

ensure_browser_sign_in() {
  local callback="$APP_URL/.auth/login/aad/callback" addresses has_ids has_callback=true
  array_of_application web.redirectUris
  addresses="$ANSWER"
  if [[ -n $APP_URL ]]; then
    of_application "contains(web.redirectUris, '$callback')"
    has_callback="${ANSWER,,}"
    if [[ $has_callback != true ]]; then
      with "$addresses" "\"$callback\""
      addresses="$ANSWER"
    fi
  fi
  of_application web.implicitGrantSettings.enableIdTokenIssuance
  has_ids="${ANSWER,,}"
  if [[ $has_ids != true || $has_callback != true ]]; then
    patch_application "the console may ask who signs in${APP_URL:+, and sign-in leads back to $callback}" \
      "{\"web\":{\"redirectUris\":$addresses,\"implicitGrantSettings\":{\"enableIdTokenIssuance\":true}}}"
  fi
  of_application "requiredResourceAccess[?resourceAppId=='$MICROSOFT_GRAPH'].resourceAppId | [0]"
  if [[ -z $ANSWER ]]; then
    array_of_application "requiredResourceAccess[?resourceAppId!='$MICROSOFT_GRAPH']"
    with "$ANSWER" "{\"resourceAppId\":\"$MICROSOFT_GRAPH\",\"resourceAccess\":$SIGN_IN_PERMISSIONS}"
    patch_application "the permissions that sign-in takes: $SIGN_IN_SCOPES" "{\"requiredResourceAccess\":$ANSWER}"
  fi
}

ensure_service_principal() {
  SERVICE_ID=''
  if [[ -n $OBJECT_ID ]]; then
    read_graph "/servicePrincipals?\$filter=appId%20eq%20'$CLIENT_ID'&\$select=id" 'value[0].id' 'read the enterprise application'
    SERVICE_ID="$ANSWER"
  fi
  if [[ -z $SERVICE_ID ]]; then
    change 'the enterprise application' 'make the enterprise application' "$WHO_CREATES" POST /servicePrincipals "{\"appId\":\"$CLIENT_ID\"}"
    if [[ -z $IS_DRY_RUN ]]; then SERVICE_ID="${ANSWER%%[$'\t\n']*}"; fi
  fi
  ANSWER=''
  if [[ -n $SERVICE_ID ]]; then
    read_graph "/servicePrincipals/$SERVICE_ID" appRoleAssignmentRequired 'read the enterprise application'
  fi
  if [[ -n $IS_REQUIRED && ${ANSWER,,} != true ]]; then
    change 'only who is assigned may sign in' 'change the enterprise application' "$WHO_REGISTERS" \
      PATCH "/servicePrincipals/$SERVICE_ID" '{"appRoleAssignmentRequired":true}'
  fi
}

ensure_federated_credential() {
  local issuer="https://login.microsoftonline.com/$TENANT/v2.0"
  if [[ -n $IDENTITY_ID ]]; then
    ask_az identity show --ids "$IDENTITY_ID" --query principalId --output tsv ||
      explain 'read the identity of the deployment' 'a Reader of its resource group'
    PRINCIPAL_ID="${ANSWER,,}"
  fi
  if [[ -z $PRINCIPAL_ID ]]; then return 0; fi
  [[ $PRINCIPAL_ID =~ $GUID ]] || fail "The identity has no principal id yet; run the same command again in a minute."
  ANSWER=''
  if [[ -n $OBJECT_ID ]]; then
    read_graph "/applications/$OBJECT_ID/federatedIdentityCredentials" \
      "value[?subject=='$PRINCIPAL_ID' && issuer=='$issuer'].id | [0]" 'read what the registration trusts'
  fi
  if [[ -n $ANSWER ]]; then return 0; fi
  change "the registration trusts the deployment's identity $PRINCIPAL_ID, instead of a secret" 'change what the registration trusts' "$WHO_REGISTERS" \
    POST "/applications/$OBJECT_ID/federatedIdentityCredentials" \
    "{\"name\":\"portcullis-$PRINCIPAL_ID\",\"issuer\":\"$issuer\",\"subject\":\"$PRINCIPAL_ID\",\"audiences\":[\"api://AzureADTokenExchange\"],\"description\":\"The managed identity of Portcullis' function app.\"}"
}

# Sets ANSWER to the object id of whom --administrator names.
find_administrator() {
  if [[ $1 =~ $GUID ]]; then
    read_graph "/directoryObjects/${1,,}" id "find the administrator $1"
  elif [[ $1 =~ ^[A-Za-z0-9._%+\'#-]+@[A-Za-z0-9.-]+$ ]]; then
    local name="${1//%/%25}"
    name="${name//#/%23}"
    read_graph "/users/${name//\'/%27}?\$select=id" id "find the administrator $1"
  else
    fail "--administrator is a user name like ann@contoso.com or an object id, not \"$1\"."
  fi
}

ensure_administrators() {
  local who assigned=''
  if [[ -n $SERVICE_ID ]]; then
    read_graph "/servicePrincipals/$SERVICE_ID/appRoleAssignedTo?\$top=999" "value[?appRoleId=='$ROLE_ID'].principalId" 'read who is an administrator'
    assigned="$ANSWER"
  fi
  if ((${#ADMINISTRATORS[@]} == 0)) && [[ -z $assigned ]]; then
    [[ -n $ME ]] || fail 'An application is signed in to az, so nobody is meant by it: say who administers Portcullis with --administrator.'
    ADMINISTRATORS=("$ME")
  fi
  for who in ${ADMINISTRATORS[@]+"${ADMINISTRATORS[@]}"}; do
    find_administrator "$who"
    if grep -qixF -- "$ANSWER" <<<"$assigned"; then continue; fi
    change "$who is an administrator of Portcullis" "give somebody the app role admin" "$WHO_ASSIGNS" \
      POST "/servicePrincipals/$SERVICE_ID/appRoleAssignedTo" \
      "{\"principalId\":\"$ANSWER\",\"resourceId\":\"$SERVICE_ID\",\"appRoleId\":\"$ROLE_ID\"}"
  done
}

# Without it each person is asked once, where the tenant lets them say yes: so it stops nothing.
ensure_consent() {
  local graph_id grant='' scopes='' body method=POST path=/oauth2PermissionGrants
  read_graph "/servicePrincipals(appId='$MICROSOFT_GRAPH')" id 'read what people have agreed to'
  graph_id="$ANSWER"
  if [[ -n $SERVICE_ID ]]; then
    read_graph "/oauth2PermissionGrants?\$filter=clientId%20eq%20'$SERVICE_ID'" \
      "value[?resourceId=='$graph_id' && consentType=='AllPrincipals'].[id, scope]" 'read what people have agreed to'
    grant="${ANSWER%%$'\t'*}" scopes="${ANSWER#*$'\t'}"
  fi
  if [[ " $scopes " == *' openid '* && " $scopes " == *' profile '* && " $scopes " == *' email '* ]]; then return 0; fi
  body="{\"clientId\":\"$SERVICE_ID\",\"consentType\":\"AllPrincipals\",\"resourceId\":\"$graph_id\",\"scope\":\"$SIGN_IN_SCOPES\"}"
  if [[ -n $grant ]]; then method=PATCH path="$path/$grant" body="{\"scope\":\"$SIGN_IN_SCOPES\"}"; fi
  change "consent for everybody to $SIGN_IN_SCOPES" 'consent for everybody' "$WHO_ASSIGNS" "$method" "$path" "$body" \
    'people are asked themselves when they sign in'
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

summarize() {
  if ((CHANGES == 0)); then printf 'Nothing had to be changed.\n'; fi
  array_of_application web.redirectUris
  printf 'Sign-in leads back to: %s\n' "$(tr -d '\n' <<<"$ANSWER" | plain)"
  if [[ -n $OBJECT_ID ]]; then
    OUTPUT=json read_graph "/applications/$OBJECT_ID/federatedIdentityCredentials" 'value[].subject' 'read what the registration trusts'
    printf 'It trusts: %s\n' "$(tr -d '\n' <<<"$ANSWER" | plain)"
  fi
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
