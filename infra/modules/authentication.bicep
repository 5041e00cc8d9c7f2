// App Service Authentication for the management API: people sign in with Entra, and the platform says who they are. There is no
// client secret: the app's identity is a federated credential of the app registration (infra/register-application.sh).

@description('Name of the function app.')
param functionAppName string

@description('Client id of the app registration that people sign in to.')
param clientId string

@description('Tenant whose accounts may sign in.')
param tenantId string = tenant().tenantId

@description('Client ids of applications that may call the management API with tokens of their own, beside the portcullis command.')
param allowedApplications string[] = []

// The same id in every tenant (infra/register-application.sh): the portcullis command uses the sign-in of az login.
var azureCli = '04b07795-8ddb-461a-bbee-02f9e1bf7b46'

resource app 'Microsoft.Web/sites@2024-04-01' existing = {
  name: functionAppName
}

resource authentication 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: {
      // Service hooks carry a password of their own, and no sign-in: the platform must let them through. Nobody gets into
      // the management API by that: on every route that shows or does anything (src/console/guard.ts) the
      // app demands a token, which it verifies itself, or the platform's principal, which it believes only where the platform
      // says that this here is on (WEBSITE_AUTH_ENABLED). And no path is excluded: on every path the platform removes a
      // principal header that somebody else wrote.
      requireAuthentication: false
      unauthenticatedClientAction: 'AllowAnonymous'
    }
    httpSettings: {
      requireHttps: true
      // Nothing stands before the app: the host name of a forwarded header could lead a sign-in to somebody else's site.
      forwardProxy: { convention: 'NoProxy' }
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          // One tenant's issuer, and not 'common': an account of another tenant does not get a token at all.
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenantId}/v2.0'
          clientId: clientId
          // Not the name of a secret: with this name the platform proves itself as the identity whose client id the app
          // setting holds (a preview of Microsoft's: “use a managed identity instead of a secret”).
          clientSecretSettingName: 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
        }
        validation: {
          // A token for another API of the tenant is no token for this one.
          allowedAudiences: [
            clientId
            'api://${clientId}'
          ]
          // Which applications may have asked for a token: the app itself, people's az, and who is named. Left out, the
          // platform keeps an empty list, by which it was seen to answer 403 to every valid token before the app is asked. It
          // gives nobody anything: what somebody may do, their app roles and grants say (src/console/entra-principal.ts).
          defaultAuthorizationPolicy: {
            allowedApplications: union([clientId, azureCli], allowedApplications)
          }
        }
      }
    }
    login: {
      // The app needs nobody's tokens, only who they are: none is kept.
      tokenStore: { enabled: false }
      // After signing in people come back to this site, and to no other.
      allowedExternalRedirectUrls: []
      preserveUrlFragmentsForLogins: false
      cookieExpiration: { convention: 'FixedTime', timeToExpiration: '08:00:00' }
      nonce: { validateNonce: true, nonceExpirationInterval: '00:05:00' }
    }
  }
}
