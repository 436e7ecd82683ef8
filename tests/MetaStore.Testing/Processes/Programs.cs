namespace MetaStore.Testing.Processes;

/// <summary>Paths of the programs that tests start.</summary>
public static class Programs
{
    /// <summary>The server: METASTORE_BIN, or what was built together with the running program.</summary>
    public static string MetaStore => Environment.GetEnvironmentVariable("METASTORE_BIN") ?? Built("MetaStore.Server", "metastore");

    /// <summary>The command line client: METASTORE_METACTL_BIN, or what was built together with the running program.</summary>
    public static string Metactl => Environment.GetEnvironmentVariable("METASTORE_METACTL_BIN") ?? Built("MetaStore.Cli", "metactl");

    /// <summary>Debian's etcd, or null when it is not installed.</summary>
    public static string? Etcd => OnPath("etcd");

    /// <summary>Debian's etcdctl, or null when it is not installed.</summary>
    public static string? Etcdctl => OnPath("etcdctl");

    /// <summary>Debian's promtool, as extracted by `make test-deps` or installed; null when neither.</summary>
    public static string? Promtool => Tool("promtool");

    /// <summary>helm, as extracted by `make test-deps` or installed; null when neither.</summary>
    public static string? Helm => Tool("helm");

    /// <summary>The folder that contains MetaStore.sln.</summary>
    public static string SourceTree { get; } = FindSourceTree();

    /// <summary>Outputs are artifacts/bin/PROJECT/CONFIGURATION: the program's is found from the running one's, and so is of the same configuration.</summary>
    private static string Built(string project, string name)
    {
        var own = new DirectoryInfo(AppContext.BaseDirectory);
        var path = Path.Combine(own.Parent!.Parent!.FullName, project, own.Name, name);
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{path} does not exist: a project whose tests start {name} has <StartsPrograms>true</StartsPrograms>", path);
    }

    private static string? Tool(string name) => Path.Combine(SourceTree, "artifacts", "tools", name) is var ours && File.Exists(ours) ? ours : OnPath(name);

    private static string? OnPath(string name) => (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':')
        .Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    private static string FindSourceTree()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "MetaStore.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new InvalidOperationException("MetaStore.sln was not found above the program's folder");
    }
}
