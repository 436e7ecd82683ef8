namespace MetaStore.Server.Tests.Configuration.Etcd;

/// <summary>Path of the sources.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        string? folder = AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "MetaStore.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("MetaStore.sln not found above the test");
    }
}
