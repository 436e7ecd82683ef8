using System.Text.RegularExpressions;

namespace MetaStore.Architecture.Tests.Code;

/// <summary>Every using directive for a namespace of this repository is needed: the file names a type or an extension method of it.</summary>
/// <remarks>By the text, not by the compiler: its own check needs the style analyzers, which lengthen a build.</remarks>
public sealed partial class UsingDirectiveTests
{
    private static readonly string[] Folders = ["src", "tests", "perf", "samples"];

    [Fact]
    public void UsingDirectives_AreNeeded()
    {
        Dictionary<string, string> texts = Folders.SelectMany(folder => Repository.Files(folder, "*.cs"))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal)).ToDictionary(path => path, Repository.Read);
        Dictionary<string, HashSet<string>> names = NamesByNamespace(texts.Values);
        var unneeded = new List<string>();
        foreach ((string path, string text) in texts)
        {
            HashSet<string> used = [.. Words().Matches(Directives().Replace(text, "")).Select(word => word.Value)];
            unneeded.AddRange(Directives().Matches(text)
                .Select(directive => directive.Groups[1].Value)
                .Where(space => names.TryGetValue(space, out HashSet<string>? own) && !own.Overlaps(used))
                .Select(space => $"{path}: using {space};"));
        }

        Assert.True(unneeded.Count == 0, string.Join('\n', unneeded));
    }

    private static Dictionary<string, HashSet<string>> NamesByNamespace(IEnumerable<string> texts)
    {
        var names = new Dictionary<string, HashSet<string>>();
        foreach (string text in texts)
        {
            if (Namespaces().Match(text) is { Success: true } space && space.Groups[1].Value.StartsWith("MetaStore", StringComparison.Ordinal))
            {
                HashSet<string> own = names.TryGetValue(space.Groups[1].Value, out HashSet<string>? known) ? known : names[space.Groups[1].Value] = [];
                own.UnionWith(Types().Matches(text).Select(type => type.Groups[1].Value));
                own.UnionWith(own.Where(type => type.EndsWith("Attribute", StringComparison.Ordinal)).Select(type => type[..^"Attribute".Length]).ToList());
                own.UnionWith(Extensions().Matches(text).Select(method => method.Groups[1].Value));
            }
        }

        return names;
    }

    [GeneratedRegex(@"^using ([\w.]+);\n", RegexOptions.Multiline)]
    private static partial Regex Directives();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Namespaces();

    [GeneratedRegex(@"(?:\b(?:class|struct|record|interface|enum)\s+(?:struct\s+|class\s+)?|\bdelegate [\w<>\[\]?., ]+ )([A-Z]\w*)")]
    private static partial Regex Types();

    [GeneratedRegex(@"(\w+)(?:<[\w, ]+>)?\(\s*this ")]
    private static partial Regex Extensions();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Words();
}
