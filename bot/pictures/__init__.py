"""Pictures with words in any of the three languages: cards, the certificate and the booklet."""
