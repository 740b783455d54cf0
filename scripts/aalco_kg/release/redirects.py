"""The redirects with which https://w3id.org/aalco-kg is to be registered, as an .htaccess file for Apache."""

# HOST stands for where the site is served. A 307 keeps the method of a query that was posted.
REDIRECTS = """\
# https://w3id.org/aalco-kg : not yet registered; put the address of the site in the place of HOST
Options +FollowSymLinks
RewriteEngine on
RewriteRule ^(id|data)/(.+)$ https://HOST/$1/$2 [R=303,L]
RewriteRule ^ontology/?$ https://HOST/ontology [R=303,L]
RewriteRule ^ontology/([0-9]+[.][0-9]+[.][0-9]+)$ https://HOST/ontology/$1 [R=303,L]
RewriteRule ^ontology[.](ttl|jsonld|nt|rdf)$ https://HOST/ontology.$1 [R=303,L]
RewriteRule ^(shapes|queries)/?$ https://HOST/$1 [R=303,L]
RewriteRule ^void(/.*)?$ https://HOST/.well-known/void [R=303,L]
RewriteRule ^(dcat|catalogue)$ https://HOST/dcat [R=303,L]
RewriteRule ^release/(.+)$ https://HOST/release/$1 [R=303,L]
RewriteRule ^sparql$ https://HOST/sparql [R=307,L]
RewriteRule ^(en|ar)/(.*)$ https://HOST/$1/$2 [R=303,L]
RewriteRule ^$ https://HOST/ [R=303,L]
"""
