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
