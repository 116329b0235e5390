<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
    xmlns:p="urn:iarms:adapter:place" xmlns:u="urn:example:umf-like:1" exclude-result-prefixes="p u">
  <xsl:template match="/u:Message">
    <items><xsl:apply-templates select="u:Objects/u:Firearm"/></items>
  </xsl:template>
  <xsl:template match="u:Firearm">
    <item at="{@p:at}">
      <cell name="Case" at="{/u:Message/u:Header/u:Reference/@p:at}"><xsl:value-of select="/u:Message/u:Header/u:Reference"/>/<xsl:value-of select="@id"/></cell>
      <xsl:apply-templates select="*"/>
    </item>
  </xsl:template>
  <xsl:template match="u:Identifiers">
    <xsl:apply-templates select="u:SerialNumber"/>
  </xsl:template>
  <xsl:template match="u:Firearm/u:Event">
    <xsl:apply-templates select="*"/>
  </xsl:template>
  <xsl:template match="*">
    <cell name="{local-name()}" at="{@p:at}"><xsl:value-of select="."/></cell>
  </xsl:template>
</xsl:stylesheet>
