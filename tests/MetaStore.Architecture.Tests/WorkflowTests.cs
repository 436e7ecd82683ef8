using System.Text.RegularExpressions;
using YamlDotNet.RepresentationModel;

namespace MetaStore.Architecture.Tests;

/// <summary>The files of .github are YAML and name only what is there.</summary>
public sealed partial class WorkflowTests
{
    private const string Folder = ".github";

    public static TheoryData<string> Files => [.. Repository.Files(Folder, "*.yml")];

    public static TheoryData<string> Workflows => [.. Repository.Files($"{Folder}/workflows", "*.yml")];

    [Theory]
    [MemberData(nameof(Files))]
    public void File_IsOneYamlDocument(string file) => Assert.IsType<YamlMappingNode>(Root(file));

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Workflow_CallsTargetsOfTheMakefile(string workflow)
    {
        string[] targets = [.. Target().Matches(Repository.Read("Makefile")).Select(match => match.Groups["name"].Value)];
        Assert.Empty(Commands(workflow).SelectMany(command => MakeCall().Matches(command)).Select(match => match.Groups["name"].Value).Except(targets));
    }

    [Theory]
    [MemberData(nameof(Workflows))]
    public void Workflow_PinsActionsByMajorVersion_AndCallsFilesThatExist(string workflow)
    {
        string[] uses = [.. Scalars(Root(workflow), "uses")];
        Assert.NotEmpty(uses);
        Assert.All(uses, use => Assert.True(
            use.StartsWith("./", StringComparison.Ordinal) ? File.Exists(Path.Combine(Repository.Root, use)) : PinnedAction().IsMatch(use), use));
    }

    [Fact]
    public void Workflows_RunTheTests_TheSimulatorAndTheFaults()
    {
        string[] called = [.. Repository.Files($"{Folder}/workflows", "*.yml").SelectMany(Commands).SelectMany(command => MakeCall().Matches(command)).Select(match => match.Groups["name"].Value)];
        Assert.Empty(((string[])["test", "verify", "sim", "determinism", "mutants", "robustness", "crash-matrix", "pack", "dist", "dist-test"]).Except(called));
    }

    [Fact]
    public void Dependabot_WatchesEveryFolderOfPackages()
    {
        (string Ecosystem, string Folder)[] watched =
        [
            .. ((YamlSequenceNode)Root($"{Folder}/dependabot.yml")["updates"])
                .Select(update => (update["package-ecosystem"].ToString(), update["directory"].ToString())),
        ];
        string[] npm = [.. Repository.Files("tests", "package.json").Concat(Repository.Files("src", "package.json")).Select(path => "/" + Path.GetDirectoryName(path))];
        Assert.Equal([("nuget", "/"), ("github-actions", "/"), .. npm.Select(folder => ("npm", folder))], watched);
    }

    private static YamlNode Root(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Repository.Read(file)));
        return Assert.Single(yaml.Documents).RootNode;
    }

    private static IEnumerable<string> Commands(string workflow) => Scalars(Root(workflow), "run");

    /// <summary>Values of all keys with that name, at any depth.</summary>
    private static IEnumerable<string> Scalars(YamlNode node, string key) => node switch
    {
        YamlMappingNode map => map.Children.SelectMany(pair =>
            pair.Key.ToString() == key && pair.Value is YamlScalarNode scalar ? [scalar.Value!] : Scalars(pair.Value, key)),
        YamlSequenceNode list => list.SelectMany(item => Scalars(item, key)),
        _ => [],
    };

    [GeneratedRegex(@"^(?<name>[a-z-]+):", RegexOptions.Multiline)]
    private static partial Regex Target();

    [GeneratedRegex(@"\bmake (?<name>[a-z-]+)")]
    private static partial Regex MakeCall();

    [GeneratedRegex(@"^[A-Za-z0-9-]+/[A-Za-z0-9._/-]+@v\d+$")]
    private static partial Regex PinnedAction();
}
