namespace MetaStore.Server.Configuration.Options;

/// <summary>The web page that shows the cluster.</summary>
public sealed class DashboardOptions
{
    /// <summary>Serve the page at <c>/dashboard</c> of the client addresses. Default true.</summary>
    public bool Enable { get; set; } = true;
}
