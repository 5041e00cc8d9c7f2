# shellcheck shell=bash disable=SC2034
# Part of ../register-application.sh: the registration that is there already, and whether it can be trusted.

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

# Anybody may register an application under any name, and its owner could let themselves in: then, or by what they left there.
look_for_strangers() {
  local strangers='' service=''
  read_graph "/applications/$OBJECT_ID/owners?\$select=id,displayName,userPrincipalName" \
    "value[?id!='$ME'].[displayName, userPrincipalName, id]" 'read who owns the registration'
  if [[ -n $ANSWER ]]; then strangers+="It is owned by: $ANSWER"$'\n'; fi
  read_graph "/servicePrincipals?\$filter=appId%20eq%20'$CLIENT_ID'&\$select=id" 'value[0].id' 'read the enterprise application'
  service="$ANSWER"
  if [[ -n $service ]]; then
    read_graph "/servicePrincipals/$service/owners?\$select=id,displayName,userPrincipalName" \
      "value[?id!='$ME'].[displayName, userPrincipalName, id]" 'read who owns the enterprise application'
    if [[ -n $ANSWER ]]; then strangers+="Its enterprise application is owned by: $ANSWER"$'\n'; fi
  fi
  of_application 'passwordCredentials[].[keyId, displayName]'
  if [[ -n $ANSWER ]]; then strangers+="It has a client secret, which Portcullis never needs: $ANSWER"$'\n'; fi
  of_application 'keyCredentials[].[keyId, displayName]'
  if [[ -n $ANSWER ]]; then strangers+="It has a certificate, which Portcullis never needs: $ANSWER"$'\n'; fi
  of_application "api.preAuthorizedApplications[?appId!='$AZURE_CLI'].appId"
  if [[ -n $ANSWER ]]; then strangers+="These applications get tokens for it without anybody being asked: $ANSWER"$'\n'; fi
  of_application "optionalClaims.accessToken[?name=='groups'].name"
  local claims="$ANSWER"
  of_application "optionalClaims.idToken[?name=='groups'].name"
  if [[ -n $claims$ANSWER ]]; then
    strangers+="Its tokens say something else of groups than their ids (optional claim groups), so that a group's name could pass for a role."$'\n'
  fi
  # Whoever says which registration it is knows these; they are told at the end, too.
  if [[ -z $IS_NAMED ]]; then look_for_what_was_left "$service"; fi
  if [[ -z $strangers ]]; then return 0; fi
  strangers="$(plain <<<"$strangers")"
  if [[ -n $IS_NAMED ]]; then
    printf 'Note: of the registration %s:\n%s\nWhoever that is can let themselves in to Portcullis.\n' "$CLIENT_ID" "$strangers" >&2
  else
    fail "A registration named $NAME ($CLIENT_ID) is there already."$'\n'"$strangers"$'\n'"Whoever that is could let themselves in. If it is Portcullis' all the same, say --client-id $CLIENT_ID; otherwise take another --name."
  fi
}

# Adds to the strangers of look_for_strangers what a registration that is new, or that this very command made, does not have.
look_for_what_was_left() {
  local service="$1" id name kind
  if [[ -n $service ]]; then
    read_graph "/servicePrincipals/$service/appRoleAssignedTo?\$top=999" \
      "value[?appRoleId!='$NO_ROLE'].[principalId, principalDisplayName]" 'read who is an administrator'
    while IFS=$'\t' read -r id name; do
      if [[ -z $id || ${id,,} == "${ME,,}" || " ${ADMINISTRATOR_IDS[*]-} " == *" ${id,,} "* ]]; then continue; fi
      strangers+="It has an administrator already: $name ($id)"$'\n'
    done <<<"$ANSWER"
  fi
  read_graph "/applications/$OBJECT_ID/federatedIdentityCredentials" \
    "value[?subject!='$PRINCIPAL_ID'].[subject, issuer]" 'read what the registration trusts'
  if [[ -n $ANSWER ]]; then strangers+="It trusts somebody in place of a secret: $ANSWER"$'\n'; fi
  for kind in web spa publicClient; do
    of_application "$kind.redirectUris[?@!='$APP_URL/.auth/login/aad/callback']"
    if [[ -n $ANSWER ]]; then strangers+="Sign-in leads back to: $ANSWER"$'\n'; fi
  done
}

# Sets PRINCIPAL_ID to the identity of the deployment, if one is named.
find_identity() {
  if [[ -n $IDENTITY_ID ]]; then
    ask_az identity show --ids "$IDENTITY_ID" --query principalId --output tsv ||
      explain 'read the identity of the deployment' 'a Reader of its resource group'
    PRINCIPAL_ID="${ANSWER,,}"
    [[ $PRINCIPAL_ID =~ $GUID ]] || fail "The identity has no principal id yet; run the same command again in a minute."
  fi
}

unknown_administrator() {
  if is_too_early; then
    fail "Tenant $TENANT has nobody who is called $1: give the user name as Entra, Users shows it (a guest's has #EXT# in it), or the object id."
  fi
  explain "find the administrator $1" "$WHO_REGISTERS"
}

# Sets ANSWER to the object id of whom --administrator names.
find_administrator() {
  if [[ $1 =~ $GUID ]]; then
    ask_az rest --method GET --url "$GRAPH/directoryObjects/${1,,}" --query id --output tsv || unknown_administrator "$1"
  elif [[ $1 =~ ^[A-Za-z0-9._%+\'#-]+@[A-Za-z0-9.-]+$ ]]; then
    local name="${1//%/%25}"
    name="${name//#/%23}"
    ask_az rest --method GET --url "$GRAPH/users/${name//\'/%27}?\$select=id" --query id --output tsv ||
      unknown_administrator "$1"
  else
    fail "--administrator is a user name like ann@contoso.com or an object id, not \"$1\"."
  fi
}

find_administrators() {
  local who
  for who in ${ADMINISTRATORS[@]+"${ADMINISTRATORS[@]}"}; do
    find_administrator "$who"
    ADMINISTRATOR_IDS+=("${ANSWER,,}")
  done
}
