using MetaStore.Server.Configuration.Settings;

namespace MetaStore.Server.Configuration.Sources;

/// <summary>A value as a source gave it, not yet read.</summary>
/// <param name="Flag">Name as in <see cref="SettingCatalogue"/> or <see cref="ForeignFlags"/>.</param>
/// <param name="Value">Text.</param>
/// <param name="Where">For error messages.</param>
internal sealed record RawSetting(string Flag, string Value, string Where);
