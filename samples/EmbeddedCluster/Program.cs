// One of three processes that form a cluster: dotnet run -- --node n1, and the same with n2 and n3.
using EmbeddedCluster;
using MetaStore.Hosting;

var builder = Host.CreateApplicationBuilder(args);
var node = builder.Configuration["node"];
var member = builder.Configuration.GetSection($"Members:{node}");
if (!member.Exists())
{
    await Console.Error.WriteLineAsync("usage: EmbeddedCluster --node n1|n2|n3");
    return 2;
}

builder.Services
    .AddMetaStoreServer(member)
    .AddInProcessMetaStoreClient();
builder.Services.AddHostedService<PresenceWorker>();

using var host = builder.Build();
try
{
    await host.RunAsync();
    return Environment.ExitCode;
}
catch (MetaStoreStartException failure)
{
    await Console.Error.WriteLineAsync(failure.Message);
    return failure.ExitCode;
}
