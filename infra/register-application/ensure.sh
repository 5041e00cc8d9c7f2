# shellcheck shell=bash disable=SC2034
# Part of ../register-application.sh: each step looks at what is there, and writes only what is missing.

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

  # What somebody chose before stays, unless it is said otherwise.
  of_application "groupMembershipClaims || 'unset'"
  if [[ ${ANSWER:-None} == unset || -z $OBJECT_ID ]]; then GROUPS_CLAIM="${GROUPS_CLAIM:-SecurityGroup}"; fi
  if [[ -n $GROUPS_CLAIM && ${ANSWER:-None} != "$GROUPS_CLAIM" ]]; then
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
    patch_application "people may sign in with a browser${APP_URL:+, which leads back to $callback}" \
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
  if [[ -z $PRINCIPAL_ID ]]; then return 0; fi
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

ensure_administrators() {
  local at who assigned=''
  if [[ -n $SERVICE_ID ]]; then
    read_graph "/servicePrincipals/$SERVICE_ID/appRoleAssignedTo?\$top=999" "value[?appRoleId=='$ROLE_ID'].principalId" 'read who is an administrator'
    assigned="$ANSWER"
  fi
  if ((${#ADMINISTRATORS[@]} == 0)) && [[ -z $assigned ]]; then
    [[ -n $ME ]] || fail 'An application is signed in to az, so nobody is meant by it: say who administers Portcullis with --administrator.'
    ADMINISTRATORS=("$ME") ADMINISTRATOR_IDS=("$ME")
  fi
  for at in "${!ADMINISTRATORS[@]}"; do
    who="${ADMINISTRATORS[at]}"
    if grep -qixF -- "${ADMINISTRATOR_IDS[at]}" <<<"$assigned"; then continue; fi
    change "$who is an administrator of Portcullis" "give somebody the app role admin" "$WHO_ASSIGNS" \
      POST "/servicePrincipals/$SERVICE_ID/appRoleAssignedTo" \
      "{\"principalId\":\"${ADMINISTRATOR_IDS[at]}\",\"resourceId\":\"$SERVICE_ID\",\"appRoleId\":\"$ROLE_ID\"}"
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
