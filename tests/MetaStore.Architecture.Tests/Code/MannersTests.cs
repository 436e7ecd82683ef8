using System.Text.RegularExpressions;
using Xunit.Abstractions;

namespace MetaStore.Architecture.Tests.Code;

/// <summary>Code conventions that reviewers would otherwise have to check.</summary>
public sealed partial class MannersTests(ITestOutputHelper output)
{
    private static readonly string[] Drawers = ["Helper", "Helpers", "Util", "Utils", "Utilities", "Manager", "Common", "Misc"];

    [Fact]
    public void FileAndFolderNames_SayWhatTheyHold()
    {
        var offenders = Repository.Files("src", "*.cs")
            .Where(path => path.Split('/').Select(part => Path.GetFileNameWithoutExtension(part)!)
                .Any(part => Drawers.Any(drawer => part.EndsWith(drawer, StringComparison.Ordinal))));
        Assert.Empty(offenders);
    }

    [Fact]
    public void Namespaces_AreTheFolders()
    {
        // Extension methods for a host's services are where their callers look.
        string[] elsewhere =
            ["src/MetaStore.Client/DependencyInjection/MetaStoreClientServices.cs", "src/MetaStore.Hosting/DependencyInjection/MetaStoreServerServices.cs"];
        string[] tops = ["src", "tests", "perf"];
        var offenders = tops.SelectMany(top => Repository.Files(top, "*.cs"))
            .Where(path => !elsewhere.Contains(path) && !path.Contains("/obj/", StringComparison.Ordinal))
            .Select(path => (Path: path, Declared: NamespaceLine().Match(Repository.Read(path))))
            .Where(file => file.Declared.Success && file.Declared.Groups["name"].Value != string.Join('.', file.Path.Split('/')[1..^1]))
            .Select(file => file.Path);
        Assert.Empty(offenders);
    }

    [Fact]
    public void Folders_HoldFewFiles()
    {
        // The root of the client is its public API, which is one namespace for those who use it.
        var crowded = Repository.Files("src", "*.cs")
            .GroupBy(path => path[..path.LastIndexOf('/')])
            .Where(folder => folder.Key != "src/MetaStore.Client" && folder.Count() > 15)
            .Select(folder => $"{folder.Key} has {folder.Count()} files");
        Assert.Empty(crowded);
    }

    [Fact]
    public void Sources_HoldNoUnfinishedWork()
    {
        string[] marks = ["TO" + "DO", "FIX" + "ME", "HA" + "CK:", "NotImplemented" + "Exception", "#reg" + "ion"];
        var offenders = Repository.Files("src", "*.cs").Concat(Repository.Files("tests", "*.cs")).Concat(Repository.Files("perf", "*.cs"))
            .Where(path => marks.Any(mark => Repository.Read(path).Contains(mark, StringComparison.Ordinal)));
        Assert.Empty(offenders);
    }

    [Fact]
    public void NativeImports_AreOfTheCLibraryOnly()
    {
        // All other libraries are used through their packages.
        var offenders = Repository.Files("src", "*.cs")
            .Where(path => Path.GetFileName(path) != "LibC.cs")
            .Where(path => Repository.Read(path).Split('\n').Any(line =>
                (line.Contains("[DllImport(", StringComparison.Ordinal) || line.Contains("[LibraryImport(", StringComparison.Ordinal)
                    || line.Contains("delegate* unmanaged", StringComparison.Ordinal))
                && !line.Contains("(\"libc\"", StringComparison.Ordinal)));
        Assert.Empty(offenders);
    }

    [Fact]
    public void Durability_NeverRestsOnTheRuntimesFlush()
    {
        string[] banned = ["Flush(true)", "FlushToDisk", "FileOptions.WriteThrough"];
        var offenders = Repository.Files("src", "*.cs").Where(path => banned.Any(name => Repository.Read(path).Contains(name, StringComparison.Ordinal)));
        Assert.Empty(offenders);
    }

    [Fact]
    public void LongestFiles_ArePrinted_AndNoneIsABook()
    {
        var lengths = Repository.Files("src", "*.cs").Select(path => (Path: path, Lines: Repository.Read(path).Count(c => c == '\n')))
            .OrderByDescending(file => file.Lines).ToArray();
        foreach (var (path, lines) in lengths.Take(10))
        {
            output.WriteLine($"{lines,5} {path}");
        }

        output.WriteLine($"median {lengths[lengths.Length / 2].Lines}, p90 {lengths[lengths.Length / 10].Lines}, files {lengths.Length}");
        Assert.All(lengths, file => Assert.True(file.Lines <= 600, $"{file.Path} has {file.Lines} lines"));
    }

    [GeneratedRegex(@"^namespace (?<name>[\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();
}
