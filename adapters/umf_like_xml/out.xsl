<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform" xmlns="urn:example:umf-like:1">
  <xsl:output encoding="UTF-8" indent="yes"/>
  <xsl:template match="/answers">
    <Response><xsl:apply-templates select="line"/></Response>
  </xsl:template>
  <xsl:template match="line">
    <Result code="{result}">
      <xsl:for-each select="*[not(self::result)]">
        <Property name="{local-name()}"><xsl:value-of select="."/></Property>
      </xsl:for-each>
    </Result>
  </xsl:template>
</xsl:stylesheet>
