namespace MetaStore.Cli.BatchViews;

/// <summary>Capabilities of a terminal.</summary>
/// <param name="HasColor">Whether text may be bold, dim or red.</param>
/// <param name="IsUnicode">Whether block characters can be shown.</param>
internal readonly record struct ViewStyle(bool HasColor, bool IsUnicode)
{
    private const string Reset = "\e[0m";

    /// <summary>From the environment: NO_COLOR, and a UTF-8 locale.</summary>
    public static ViewStyle Of(Func<string, string?> variable)
    {
        var locale = new[] { "LC_ALL", "LC_CTYPE", "LANG" }.Select(variable).FirstOrDefault(value => !string.IsNullOrEmpty(value)) ?? string.Empty;
        return new ViewStyle(
            string.IsNullOrEmpty(variable("NO_COLOR")),
            locale.Replace("-", string.Empty, StringComparison.Ordinal).Contains("utf8", StringComparison.OrdinalIgnoreCase));
    }

    public string Bold(string text) => HasColor ? $"\e[1m{text}{Reset}" : text;

    public string Dim(string text) => HasColor ? $"\e[2m{text}{Reset}" : text;

    public string Red(string text) => HasColor ? $"\e[31m{text}{Reset}" : text;
}
