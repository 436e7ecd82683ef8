using System.Text.RegularExpressions;
using MetaStore.Testing.Processes;
using YamlDotNet.RepresentationModel;

namespace MetaStore.Packaging.Tests.Settings;

/// <summary>What the packages, the container and the manifests set is what metastore knows: <c>--what-if</c> accepts it, and the members are those that there are.</summary>
public sealed partial class InstalledSettingsTests
{
    private static readonly string Packaging = Path.Combine(Programs.SourceTree, "packaging");

    [Fact]
    public async Task DebianConfiguration_IsAccepted_AndServesThisMachineOnly()
    {
        string effective = await WhatIfAsync(Variables("debian/metastore.default"), "--config-file", Path.Combine(Packaging, "debian", "config.yaml"));
        Assert.Contains("/var/lib/metastore/default", effective, StringComparison.Ordinal);
        Assert.Contains("http://localhost:2379", effective, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DebianExamples_WithoutTheirCommentMarks_AreAccepted()
    {
        // "#METASTORE_NAME=n1" is an example, "# Variables of" is prose.
        string folder = Directory.CreateTempSubdirectory("metastore-settings-").FullName;
        string file = Path.Combine(folder, "config.yaml");
        await File.WriteAllTextAsync(file, CommentMark().Replace(await File.ReadAllTextAsync(Path.Combine(Packaging, "debian", "config.yaml")), "").Replace("name: default", "name: n1", StringComparison.Ordinal));
        Dictionary<string, string> examples = Assignment().Matches(await File.ReadAllTextAsync(Path.Combine(Packaging, "debian", "metastore.default")))
            .Where(match => match.Groups["name"].Value.StartsWith("METASTORE_", StringComparison.Ordinal))
            .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);
        Assert.Equal(6, examples.Count);
        await WhatIfAsync(examples);
        Assert.Contains("n3=http://10.0.0.3:2380", await WhatIfAsync([], "--config-file", file), StringComparison.Ordinal);
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task ComposedMembers_AreAccepted_AndAreTheInitialCluster()
    {
        YamlNode compose = Documents("container/compose.yaml").Single();
        (string Name, Dictionary<string, string> Environment)[] members =
        [
            .. ((YamlMappingNode)compose["services"]).Children.Select(service => (service.Key.ToString(), Merged(service.Value["environment"]))),
        ];
        foreach ((string name, Dictionary<string, string> environment) in members)
        {
            Assert.Equal(name, environment["METASTORE_NAME"]);
            Assert.Equal($"http://{name}:2380", environment["METASTORE_INITIAL_ADVERTISE_PEER_URLS"]);
            await WhatIfAsync(new(Variables("container/Dockerfile").Concat(environment).GroupBy(pair => pair.Key).Select(group => group.Last())));
        }

        Assert.All(members, member => Assert.Equal(
            string.Join(',', members.Select(other => $"{other.Name}=http://{other.Name}:2380")), member.Environment["METASTORE_INITIAL_CLUSTER"]));
    }

    [Fact]
    public async Task StatefulSet_IsAccepted_AndItsReplicasAreTheInitialCluster()
    {
        YamlNode set = Documents("kubernetes/statefulset.yaml").Single();
        string name = set["metadata"]["name"].ToString();
        string service = set["spec"]["serviceName"].ToString();
        YamlNode container = ((YamlSequenceNode)set["spec"]["template"]["spec"]["containers"]).Single();
        string first = $"{name}-0";
        Dictionary<string, string> environment = ((YamlSequenceNode)container["env"]).ToDictionary(
            variable => variable["name"].ToString(),
            variable => ((YamlMappingNode)variable).Children.TryGetValue("value", out YamlNode? value) ? value.ToString().Replace("$(METASTORE_NAME)", first, StringComparison.Ordinal) : first);
        await WhatIfAsync(new(Variables("container/Dockerfile").Concat(environment).GroupBy(pair => pair.Key).Select(group => group.Last())));
        Assert.Equal(
            string.Join(',', Enumerable.Range(0, int.Parse(set["spec"]["replicas"].ToString())).Select(i => $"{name}-{i}=http://{name}-{i}.{service}:2380")),
            environment["METASTORE_INITIAL_CLUSTER"]);
        Assert.Contains(Documents("kubernetes/service.yaml"), found => found["metadata"]["name"].ToString() == service && found["spec"]["clusterIP"].ToString() == "None");
        Assert.Contains(":2381", environment["METASTORE_LISTEN_METRICS_URLS"], StringComparison.Ordinal);
    }

    [Fact]
    public void Unit_StartsTheInstalledProgram_WithTheInstalledFiles()
    {
        string unit = File.ReadAllText(Path.Combine(Packaging, "debian", "metastore.service"));
        Assert.Contains("\nType=notify\n", unit, StringComparison.Ordinal);
        Assert.Contains("\nExecStart=/usr/bin/metastore --config-file /etc/metastore/config.yaml $DAEMON_ARGS\n", unit, StringComparison.Ordinal);
        Assert.Equal(
            ["/etc/default/metastore", "/etc/metastore/config.yaml"],
            File.ReadAllLines(Path.Combine(Packaging, "debian", "conffiles")));
    }

    private static Task<string> WhatIfAsync(Dictionary<string, string> environment, params string[] arguments) =>
        Dotnet.RunAsync("/usr/bin/env", [.. environment.Select(pair => $"{pair.Key}={pair.Value}"), Programs.MetaStore, "--what-if", .. arguments]);

    /// <summary>METASTORE_ variables that a file sets, in the form NAME=VALUE outside of comments.</summary>
    private static Dictionary<string, string> Variables(string file) => File.ReadAllLines(Path.Combine(Packaging, file))
        .Where(line => !line.StartsWith('#'))
        .SelectMany(line => Variable().Matches(line))
        .ToDictionary(match => match.Groups["name"].Value, match => match.Groups["value"].Value);

    private static IEnumerable<YamlNode> Documents(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Path.Combine(Packaging, file))));
        return yaml.Documents.Select(document => document.RootNode);
    }

    /// <summary>A mapping with what its merge key ("&lt;&lt;") brings.</summary>
    private static Dictionary<string, string> Merged(YamlNode node) => ((YamlMappingNode)node).Children
        .SelectMany(pair => pair.Key.ToString() == "<<" ? ((YamlMappingNode)pair.Value).Children.AsEnumerable() : [pair])
        .ToDictionary(pair => pair.Key.ToString(), pair => pair.Value.ToString());

    [GeneratedRegex(@"(?<name>METASTORE_[A-Z_]+)=(?<value>[^\s\\]+)")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^#(?<name>[A-Z_]+)=(?<value>.*)$", RegexOptions.Multiline)]
    private static partial Regex Assignment();

    [GeneratedRegex(@"(?<=^ *)#(?=\w| {2}\w)", RegexOptions.Multiline)]
    private static partial Regex CommentMark();
}
