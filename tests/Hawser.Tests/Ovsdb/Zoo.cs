using System.Collections.Immutable;
using Hawser.Ovsdb;
using Hawser.Tests.Servers;

namespace Hawser.Tests.Ovsdb;

/// <summary>A schema with a column of every type and a reference of every strength.</summary>
static class Zoo
{
    public const string Schema = """
        {"name": "Zoo", "version": "1.2.3", "cksum": "1 2",
         "tables": {
           "Animal": {"isRoot": true, "maxRows": 20000, "indexes": [["name"]], "columns": {
             "name":    {"type": "string", "mutable": false},
             "legs":    {"type": {"key": {"type": "integer", "minInteger": 0, "maxInteger": 1000}}},
             "weight":  {"type": "real"},
             "tame":    {"type": "boolean"},
             "diet":    {"type": {"key": {"type": "string", "enum": ["set", ["", "grass", "meat"]]}}},
             "cage":    {"type": {"key": "integer", "min": 0, "max": 1}},
             "twin":    {"type": {"key": {"type": "uuid", "refTable": "Animal", "refType": "weak"}, "min": 0, "max": 1}},
             "names":   {"type": {"key": "string", "min": 0, "max": "unlimited"}},
             "seen":    {"type": {"key": "real", "min": 0, "max": "unlimited"}, "ephemeral": true},
             "counts":  {"type": {"key": "string", "value": "integer", "min": 0, "max": "unlimited"}},
             "marks":   {"type": {"key": "string", "value": "string", "min": 0, "max": "unlimited"}},
             "motto":   {"type": {"key": "string", "value": "string", "min": 0, "max": 1}},
             "toys":    {"type": {"key": {"type": "uuid", "refTable": "Toy"}, "min": 0, "max": "unlimited"}}}},
           "Toy": {"columns": {
             "label":   {"type": "string"}}}}}
        """;

    public static readonly Column<string> Name = Column.String("name");
    public static readonly Column<long> Legs = Column.Integer("legs");
    public static readonly Column<double> Weight = Column.Real("weight");
    public static readonly Column<bool> Tame = Column.Boolean("tame");
    public static readonly Column<long?> Cage = Column.OptionalInteger("cage");
    public static readonly Column<Guid?> Twin = Column.OptionalUuid("twin");
    public static readonly Column<ImmutableArray<string>> Names = Column.Strings("names");
    public static readonly Column<ImmutableSortedDictionary<string, string>> Marks = Column.StringMap("marks");
    public static readonly Column<ImmutableArray<Guid>> Toys = Column.Uuids("toys");

    public static DatabaseSchema Parsed { get; } = DatabaseSchema.Parse(Schema);

    public static Task<OvsdbServer> ServeAsync(params string[] remotes) => OvsdbServer.StartAsync(SchemaFile, remotes);

    /// <summary>Follows all of the database, or some of it.</summary>
    public static OvsdbReplicaOptions Follow(OvsdbEndpoint endpoint, params TableMonitor[] tables) => new()
    {
        Database = "Zoo",
        Endpoints = [endpoint],
        Tables = tables.Length > 0 ? [.. tables] : [new("Animal"), new("Toy")],
    };

    public static Transaction Change() => new("Zoo");

    public static Dictionary<string, Datum> Animal(string name, long legs = 4) =>
        new() { ["name"] = Datum.Of(name), ["legs"] = Datum.Of(legs) };

    public static string SchemaFile { get; } = WriteSchema();

    static string WriteSchema()
    {
        var file = Path.Combine(AppContext.BaseDirectory, "zoo.ovsschema");
        File.WriteAllText(file, Schema);
        return file;
    }
}
