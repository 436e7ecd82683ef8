namespace MetaStore.Cli.Comparing.Reports.Html;

/// <summary>One line of a chart.</summary>
/// <param name="Group">Lines of one group are shown together under its name.</param>
/// <param name="Label">Name of the line.</param>
/// <param name="Series">Number of its colour.</param>
/// <param name="Value">What is drawn.</param>
/// <param name="Low">Lower end of its interval; null when it has none.</param>
/// <param name="High">Upper end.</param>
/// <param name="Figure">The value as text.</param>
internal sealed record ChartRow(string Group, string Label, int Series, double Value, double? Low, double? High, string Figure);
