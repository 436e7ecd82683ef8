using MetaStore.Testing.Processes;
using YamlDotNet.RepresentationModel;

namespace MetaStore.Packaging.Tests.Settings;

/// <summary>The resources that helm makes of packaging/helm/metastore for one set of values.</summary>
internal sealed class RenderedChart
{
    public const string Release = "store";

    private static readonly string Chart = Path.Combine(Programs.SourceTree, "packaging", "helm", "metastore");

    private RenderedChart(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        Resources = [.. stream.Documents.Select(document => document.RootNode)];
    }

    public IReadOnlyList<YamlNode> Resources { get; }

    public YamlNode StatefulSet => Of("StatefulSet").Single();

    public YamlNode Pod => StatefulSet["spec"]["template"];

    public YamlNode Container => Items(Pod["spec"]["containers"]).Single();

    public static async Task<RenderedChart> MakeAsync(params string[] values) =>
        new(await Dotnet.RunAsync(Programs.Helm!, ["template", Release, Chart, "--namespace", "data", .. Set(values)]));

    /// <summary>What helm says of the chart with these values; throws when it finds a mistake.</summary>
    public static Task<string> LintAsync(params string[] values) => Dotnet.RunAsync(Programs.Helm!, ["lint", "--strict", Chart, .. Set(values)]);

    public IEnumerable<YamlNode> Of(string kind) => Resources.Where(resource => resource["kind"].ToString() == kind);

    /// <summary>Variables of a member, as Kubernetes puts them together.</summary>
    public Dictionary<string, string> EnvironmentOf(int member)
    {
        string name = $"{StatefulSet["metadata"]["name"]}-{member}";
        return Items(Container["env"]).ToDictionary(
            variable => variable["name"].ToString(),
            variable => Has(variable, "value") ? variable["value"].ToString().Replace("$(METASTORE_NAME)", name, StringComparison.Ordinal) : name);
    }

    public static IEnumerable<YamlNode> Items(YamlNode sequence) => (YamlSequenceNode)sequence;

    public static bool Has(YamlNode mapping, string key) => ((YamlMappingNode)mapping).Children.ContainsKey(key);

    private static IEnumerable<string> Set(string[] values) => values.SelectMany(value => new[] { "--set", value });
}
