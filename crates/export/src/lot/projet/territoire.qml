<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology">
  <renderer-v2 type="mergedFeatureRenderer" forceraster="0" symbollevels="0" enableorderby="0">
    <renderer-v2 type="singleSymbol" forceraster="0" symbollevels="0" enableorderby="0">
      <symbols>
        <symbol type="fill" name="0" alpha="1" clip_to_extent="1" force_rhr="0">
          <layer class="SimpleFill" enabled="1" locked="0" pass="0">
            <Option type="Map">
              <Option type="QString" name="color" value="244,243,239,255"/>
              <Option type="QString" name="style" value="solid"/>
              <Option type="QString" name="outline_color" value="90,96,107,255"/>
              <Option type="QString" name="outline_style" value="solid"/>
              <Option type="QString" name="outline_width" value="0.9"/>
              <Option type="QString" name="outline_width_unit" value="MM"/>
              <Option type="QString" name="joinstyle" value="round"/>
            </Option>
          </layer>
        </symbol>
      </symbols>
    </renderer-v2>
  </renderer-v2>
  <layerGeometryType>2</layerGeometryType>
</qgis>
