using MetaStore.Server.Configuration.Settings;

namespace MetaStore.Server.Configuration.Sources;

/// <summary>A value as given by a source, not parsed yet.</summary>
/// <param name="Flag">Name as in <see cref="SettingCatalogue"/> or <see cref="ForeignFlags"/>.</param>
/// <param name="Value">Text.</param>
/// <param name="Where">Location, for error messages.</param>
internal sealed record RawSetting(string Flag, string Value, string Where);
