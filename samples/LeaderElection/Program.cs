// A worker service of which any number of processes may run, and one works at a time.
using LeaderElection;
using MetaStore.Client;

var builder = Host.CreateApplicationBuilder(args);
builder.Services.AddMetaStoreClient(options =>
    options.Endpoints = MetaStoreClientOptions.Parse(builder.Configuration["Cluster"]!).Endpoints);
builder.Services.AddHostedService<LeaderWorker>();
await builder.Build().RunAsync();
