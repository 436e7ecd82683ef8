using MetaStore.Cli.Import;

namespace MetaStore.Cli.Tests.Import;

public sealed class DirectoryTreeTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("metactl-import").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void List_FindsFilesInKeyOrder_WithoutLinksAndLargeOnes()
    {
        Directory.CreateDirectory(Path.Combine(_root, "b"));
        File.WriteAllText(Path.Combine(_root, "b", "two"), "22");
        File.WriteAllText(Path.Combine(_root, "a"), "1");
        File.WriteAllBytes(Path.Combine(_root, "large"), new byte[100]);
        File.CreateSymbolicLink(Path.Combine(_root, "link"), Path.Combine(_root, "a"));

        var (files, tooLarge) = DirectoryTree.List(_root, "/p/", maxBytes: 99, limit: 0);

        Assert.Equal(["/p/a", "/p/b/two"], files.Select(file => file.Key));
        Assert.Equal(1, tooLarge);
    }
}
