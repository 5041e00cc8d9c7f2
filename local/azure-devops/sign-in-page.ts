/** What a refused credential gets in place of an answer, with status 203. */
export const signInPage = `<!DOCTYPE html>
<html lang="en">
<head><title>Azure DevOps Services | Sign In</title></head>
<body><h1>Sign in</h1><p>This page stands where the answer would be: the credential was not accepted.</p></body>
</html>
`;
